#include "label.h"
#include <stdlib.h>

void drop(Label *self)
{
    free(self->text); // expect: gilray-wrong-allocator "'text' comes from 'PyMem_Malloc' and is given to 'free'"
}
