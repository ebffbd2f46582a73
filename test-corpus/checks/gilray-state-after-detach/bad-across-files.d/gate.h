#include <Python.h>

struct motor;
int motor_turn(motor *m);
void motor_free(motor *m);
void motor_wait(int ms);

struct gate {
    PyObject_HEAD
    motor *m;
};

void pause_for(int ms);
