// corpus: check=* py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration,-gilray-static-object"
// Boost.Python's handles: borrowed ones count up, released ones give nothing back.
#include <boost/python.hpp>
namespace bp = boost::python;

static PyObject *error_type;

static void make_error_type()
{
    bp::handle<> made(PyErr_NewException("gates.GateError", nullptr, nullptr));
    bp::scope().attr("GateError") = made;
    error_type = made.release(); // ok: gilray-*
}

static void raise_it(int code)
{
    bp::object number(code);
    PyErr_SetObject(error_type, number.ptr()); // ok: gilray-*
    bp::throw_error_already_set();
}

BOOST_PYTHON_MODULE(gates)
{
    make_error_type();
    bp::def("raise_it", raise_it);
}
