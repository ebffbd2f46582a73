#include <Python.h>

long play(char *samples);
long device_play(char *samples);
