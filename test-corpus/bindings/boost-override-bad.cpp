// corpus: check=gilray-unattached-callback py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration"
// wrapper<T>::get_override looks into the Python object; a thread that C++ made has to attach before.
#include <boost/python.hpp>
#include <thread>
namespace bp = boost::python;

struct Handler {
    virtual ~Handler() = default;
    virtual int handle(int event) = 0;
};

struct HandlerWrap : Handler, bp::wrapper<Handler> {
    int handle(int event) override { return this->get_override("handle")(event); } // expect: gilray-unattached-callback
};

static void dispatch(Handler &handler)
{
    Handler *h = &handler;
    std::thread([h] { h->handle(1); }).detach();
}

BOOST_PYTHON_MODULE(events)
{
    bp::class_<HandlerWrap, boost::noncopyable>("Handler").def("handle", bp::pure_virtual(&Handler::handle));
    bp::def("dispatch", dispatch);
}
