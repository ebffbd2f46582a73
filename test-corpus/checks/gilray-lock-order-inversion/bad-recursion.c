// corpus: check=gilray-lock-order-inversion py=3.9..
#include <Python.h>
#include <pthread.h>

// What a recursion does under the lock is shown by what it does itself, not by its call of itself.
typedef struct Node {
    struct Node *next;
    PyObject *hook;
} Node;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int ask_below(Node *node);

static int ask(Node *node)
{
    if (node->next && ask_below(node->next) < 0)
        return -1;
    PyObject *answer = PyObject_CallNoArgs(node->hook);
    Py_XDECREF(answer);
    return answer ? 0 : -1;
}

static int ask_below(Node *node)
{
    return ask(node);
}

int ask_all(Node *first)
{
    int done;
    pthread_mutex_lock(&lock); // expect: gilray-lock-order-inversion "may detach in 'PyObject_CallNoArgs'"
    done = ask(first);
    pthread_mutex_unlock(&lock);
    return done;
}
