// corpus: check=gilray-detached-api-call py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration"
// Properties, constructors made of functions and static methods are called from Python.
#include <boost/python.hpp>
#include <boost/shared_ptr.hpp>
namespace bp = boost::python;

class Unlock {
    PyThreadState *state_ = PyEval_SaveThread();
public:
    Unlock() = default;
    Unlock(const Unlock &) = delete;
    ~Unlock() { PyEval_RestoreThread(state_); }
};

double sample(int channel);

struct Meter {
    int channel = 0;
    bp::object value() const
    {
        Unlock unlocked;
        return bp::object(sample(channel)); // expect: gilray-detached-api-call
    }
    void set_value(bp::object text)
    {
        Unlock unlocked;
        channel = bp::extract<int>(text.attr("channel")); // expect: gilray-detached-api-call
    }
    static bp::tuple pair()
    {
        Unlock unlocked;
        return bp::make_tuple(sample(0), sample(1)); // expect: gilray-detached-api-call
    }
};

static boost::shared_ptr<Meter> make_meter(bp::object name)
{
    Unlock unlocked;
    boost::shared_ptr<Meter> meter(new Meter);
    meter->channel = bp::len(name) > 3; // expect: gilray-detached-api-call
    return meter;
}

BOOST_PYTHON_MODULE(meters)
{
    bp::class_<Meter, boost::shared_ptr<Meter>>("Meter", bp::no_init)
        .def("__init__", bp::make_constructor(make_meter))
        .add_property("value", &Meter::value, &Meter::set_value)
        .def("pair", &Meter::pair)
        .staticmethod("pair");
}
