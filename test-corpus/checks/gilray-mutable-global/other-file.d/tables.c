#include "tables.h"
#include <string.h>

static int squares[16]; // ok: gilray-mutable-global  filled by module creation; nobody calls table_reset
static int look_ups;    // expect: gilray-mutable-global "'look_up' can be called from Python"

void table_fill(void)
{
    for (int i = 0; i < 16; i++)
        squares[i] = i * i;
}

void table_reset(void) { memset(squares, 0, sizeof squares); }

int table_get(int index)
{
    look_ups++;
    return squares[index & 15];
}
