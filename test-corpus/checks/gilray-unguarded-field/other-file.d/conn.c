#include "conn.h"

void conn_fail(Conn *self)
{
    self->status = -1; // expect: gilray-unguarded-field "thread 1: 'conn_fail' is called here"
}
