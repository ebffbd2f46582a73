// corpus: check=* py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration"
#include <boost/python.hpp>
#include <string>
namespace bp = boost::python;

class Unlock {
    PyThreadState *state_ = PyEval_SaveThread();
public:
    Unlock() = default;
    Unlock(const Unlock &) = delete;
    ~Unlock() { PyEval_RestoreThread(state_); }
};

int send(const char *text);

static int send_text(bp::object text)
{
    std::string copy = bp::extract<std::string>(text);
    Unlock unlocked;
    return send(copy.c_str()); // ok: gilray-*
}

struct Mailer {
    bp::object handler;
    int sent = 0;
    void post()
    {
        bp::object mine = handler;
        {
            Unlock unlocked;
            sent += send("post"); // ok: gilray-*
        }
        mine(sent); // ok: gilray-*
    }
    int count() const { return sent; }
};

static void translate(const std::string &text) { PyErr_SetString(PyExc_RuntimeError, text.c_str()); } // ok: gilray-*

BOOST_PYTHON_MODULE(mails)
{
    bp::def("send_text", send_text, (bp::arg("text")));
    bp::class_<Mailer>("Mailer").def("post", &Mailer::post).add_property("count", &Mailer::count);
    bp::register_exception_translator<std::string>(translate);
}
