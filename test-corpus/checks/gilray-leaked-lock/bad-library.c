// corpus: check=gilray-leaked-lock py=3.9..
// Functions of a library that comes with the module: nobody is seen to call them, but each of them gives the lock back
// that it takes, and one forgets.
#include <Python.h>
#include <pthread.h>

struct env {
    pthread_mutex_t lock;
    pthread_mutex_t children;
    int pages, open;
};

int env_pages(struct env *e)
{
    pthread_mutex_lock(&e->lock);
    int pages = e->pages;
    pthread_mutex_unlock(&e->lock);
    return pages;
}

int env_grow(struct env *e, int by)
{
    pthread_mutex_lock(&e->lock);
    e->pages += by;
    pthread_mutex_unlock(&e->lock);
    return 0;
}

int env_shrink(struct env *e, int by)
{
    if (by > e->pages)
        return -1;
    e->pages -= by;
    pthread_mutex_unlock(&e->lock); // expect: gilray-leaked-lock "'env_shrink' has not taken it"
    return 0;
}

void env_adopt(struct env *e)
{
    pthread_mutex_lock(&e->children);
    e->open++;
    pthread_mutex_unlock(&e->children);
}

void env_disown(struct env *e)
{
    pthread_mutex_lock(&e->children);
    e->open--;
} // expect: gilray-leaked-lock "still held when 'env_disown' returns"
