// corpus: check=* py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration"
#include <boost/python.hpp>
#include <thread>
namespace bp = boost::python;

class Attached {
    PyGILState_STATE state_;
public:
    Attached() : state_(PyGILState_Ensure()) {}
    Attached(const Attached &) = delete;
    ~Attached() { PyGILState_Release(state_); }
};

struct Handler {
    virtual ~Handler() = default;
    virtual int handle(int event) = 0;
};

struct HandlerWrap : Handler, bp::wrapper<Handler> {
    int handle(int event) override
    {
        Attached attached;
        return this->get_override("handle")(event); // ok: gilray-*
    }
};

static void dispatch(Handler &handler)
{
    Handler *h = &handler;
    std::thread([h] { h->handle(1); }).detach(); // ok: gilray-*
}

BOOST_PYTHON_MODULE(events)
{
    bp::class_<HandlerWrap, boost::noncopyable>("Handler").def("handle", bp::pure_virtual(&Handler::handle));
    bp::def("dispatch", dispatch);
}
