#include "player.h"

long play(char *samples)
{
    long rc;
    Py_BEGIN_ALLOW_THREADS
    rc = device_play(samples);
    Py_END_ALLOW_THREADS
    return rc;
}
