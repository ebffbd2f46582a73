#ifndef CACHE_H
#define CACHE_H

#include <pthread.h>

extern pthread_mutex_t cache_lock;
extern int cache_hits;
void cache_hit(void);

#endif
