#include "cache.h"

void cache_enter(Cache *c) { PyMutex_Lock(&c->lock); }
void cache_leave(Cache *c) { PyMutex_Unlock(&c->lock); }
