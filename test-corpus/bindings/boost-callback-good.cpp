// corpus: check=* py=3.9..3.14 needs=boost std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Boost.Python: guards of the project's own, a callback that attaches, an object that is extracted before the release.
#include <boost/python.hpp>
#include <string>
#include <thread>
namespace bp = boost::python;

std::string decode(const std::string &data);

class Detached {
    PyThreadState *state_ = PyEval_SaveThread();
public:
    Detached() = default;
    Detached(const Detached &) = delete;
    ~Detached() { PyEval_RestoreThread(state_); }
};

class Attached {
    PyGILState_STATE state_ = PyGILState_Ensure();
public:
    Attached() = default;
    Attached(const Attached &) = delete;
    ~Attached() { PyGILState_Release(state_); }
};

static bp::object decode_all(const bp::object &data)
{
    std::string text = bp::extract<std::string>(data);
    {
        Detached detached;
        text = decode(text); // ok: gilray-*
    }
    return bp::object(text);
}

class Tuner {
    bp::object *changed_ = nullptr;
    std::thread thread_;
public:
    void on_change(bp::object changed)
    {
        delete changed_;
        changed_ = new bp::object(changed);
    }
    void start()
    {
        thread_ = std::thread([this] {
            Attached attached;
            if (changed_)
                (*changed_)(101.5); // ok: gilray-*
        });
    }
    void stop()
    {
        Detached detached;
        thread_.join(); // ok: gilray-*
    }
};

BOOST_PYTHON_MODULE(tuners)
{
    bp::def("decode_all", decode_all);
    bp::class_<Tuner, boost::noncopyable>("Tuner").def("on_change", &Tuner::on_change).def("start", &Tuner::start)
        .def("stop", &Tuner::stop);
}
