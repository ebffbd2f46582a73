// corpus: check=* py=3.9..
// Functions that nobody calls from outside, each of which calls all the others: the ways through them are countless, and
// each function is looked at once.
#include <Python.h>

extern void wait_for_device(void);
void f0(int), f1(int), f2(int), f3(int), f4(int), f5(int), f6(int), f7(int), f8(int), f9(int);
void g0(int), g1(int), g2(int), g3(int), g4(int), g5(int), g6(int), g7(int), g8(int), g9(int);

#define CALL_ALL(n) f0(n); f1(n); f2(n); f3(n); f4(n); f5(n); f6(n); f7(n); f8(n); f9(n)
#define CALL_OTHERS(n) g0(n); g1(n); g2(n); g3(n); g4(n); g5(n); g6(n); g7(n); g8(n); g9(n)
#define FUNCTION(name)                                                                                                 \
    void name(int n)                                                                                                   \
    {                                                                                                                  \
        if (n > 0) {                                                                                                   \
            CALL_ALL(n - 1);                                                                                           \
            CALL_OTHERS(n - 1);                                                                                        \
        }                                                                                                              \
        Py_BEGIN_ALLOW_THREADS wait_for_device();                                                                      \
        Py_END_ALLOW_THREADS                                                                                           \
    }

FUNCTION(f0) FUNCTION(f1) FUNCTION(f2) FUNCTION(f3) FUNCTION(f4)
FUNCTION(f5) FUNCTION(f6) FUNCTION(f7) FUNCTION(f8) FUNCTION(f9)
FUNCTION(g0) FUNCTION(g1) FUNCTION(g2) FUNCTION(g3) FUNCTION(g4)
FUNCTION(g5) FUNCTION(g6) FUNCTION(g7) FUNCTION(g8) FUNCTION(g9) // ok: gilray-*  nothing is wrong, and it ends
