#include <Python.h>

void log_enter(void);
void log_leave(void);
void log_line(const char *text);
