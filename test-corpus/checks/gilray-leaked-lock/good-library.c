// corpus: check=gilray-leaked-lock py=3.9..
// Functions of a library whose callers are not seen: pairs that take the lock for the caller and give it back.
#include <Python.h>
#include <pthread.h>

struct env {
    pthread_mutex_t lock, write, seats;
    int pages;
};

int env_pages(struct env *e)
{
    pthread_mutex_lock(&e->lock);
    int pages = e->pages;
    pthread_mutex_unlock(&e->lock);
    pthread_mutex_lock(&e->write);
    pages += e->pages;
    pthread_mutex_unlock(&e->write);
    return pages;
}

void env_enter(struct env *e)
{
    pthread_mutex_lock(&e->lock);
    e->pages++;
} // ok: gilray-leaked-lock  env_leave gives it back

void env_leave(struct env *e)
{
    e->pages--;
    pthread_mutex_unlock(&e->lock); // ok: gilray-leaked-lock  env_enter has taken it
}

static void give_up(struct env *e)
{
    e->pages = 0;
    pthread_mutex_unlock(&e->write); // ok: gilray-leaked-lock  the caller has taken it
}

int env_write(struct env *e)
{
    pthread_mutex_lock(&e->write);
    give_up(e);
    return 0;
}

// The only function that takes it: what others do with it is not known.
void env_seat(struct env *e)
{
    pthread_mutex_lock(&e->seats);
    e->pages++;
} // ok: gilray-leaked-lock

