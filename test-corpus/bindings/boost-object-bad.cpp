// corpus: check=gilray-detached-api-call py=3.9.. needs=boost flags="-Wno-deprecated-declarations" gilray="--checks=*,-gilray-binding-declaration"
// Objects, extraction and handles of Boost.Python under a home-made guard.
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
    Unlock unlocked;
    return send(bp::extract<const char *>(text)); // expect: gilray-detached-api-call
}

static void send_all(bp::list texts)
{
    Unlock unlocked;
    for (int i = 0; i < 3; ++i)
        send(nullptr);
    texts.append(1); // expect: gilray-detached-api-call
}

struct Mailer {
    bp::object handler;
    void post()
    {
        Unlock unlocked;
        bp::object mine = handler; // expect: gilray-detached-api-call
        send(nullptr);
    }
};

BOOST_PYTHON_MODULE(mails)
{
    bp::def("send_text", send_text);
    bp::def("send_all", send_all);
    bp::class_<Mailer>("Mailer").def("post", &Mailer::post);
}
