// corpus: check=gilray-binding-declaration needs=boost py=3.9..
// This Boost.Python has no word for it.
#include <boost/python.hpp>

static int twice(int n) { return 2 * n; }

BOOST_PYTHON_MODULE(scale) // expect(py>=3.13): gilray-binding-declaration "does not declare whether it needs the GIL"
{
    boost::python::def("twice", twice);
}
