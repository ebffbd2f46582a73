#include "cache.h"

pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
int cache_hits;

void cache_hit(void)
{
    cache_hits++; // expect: gilray-unguarded-global "thread 1: 'cache_hit' is called here"
}
