#include "gate.h"

void pause_for(int ms)
{
    Py_BEGIN_ALLOW_THREADS
    motor_wait(ms);
    Py_END_ALLOW_THREADS
}
