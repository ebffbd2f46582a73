// corpus: check=gilray-detached-api-call py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration"
// Boost.Python has no guard of its own; this is the usual home-made one, and an object that dies in it.
#include <boost/python.hpp>
namespace bp = boost::python;

class ScopedRelease {
    PyThreadState *saved;
public:
    ScopedRelease() : saved(PyEval_SaveThread()) {}
    ScopedRelease(const ScopedRelease &) = delete;
    ~ScopedRelease() { PyEval_RestoreThread(saved); }
};

extern "C" void spool(int page);

static void print_pages(bp::object printer)
{
    ScopedRelease released;
    spool(1);
    printer.attr("done")(); // expect: gilray-detached-api-call
}

static void print_pages_well(bp::object printer)
{
    {
        ScopedRelease released;
        spool(1);
    }
    printer.attr("done")(); // ok: gilray-detached-api-call  attached again
}

BOOST_PYTHON_MODULE(spooler)
{
    bp::def("print_pages", print_pages);
    bp::def("print_pages_well", print_pages_well);
}
