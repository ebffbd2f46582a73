// corpus: check=gilray-wrong-allocator
#include "label.h"

// Allocated in this file, freed in the other.
void fill(Label *self, Py_ssize_t size) { self->text = (char *)PyMem_Malloc(size); }
