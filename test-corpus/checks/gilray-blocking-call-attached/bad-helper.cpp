// corpus: check=gilray-blocking-call-attached py=3.9.. std=c++17
// A helper that knows nothing of Python, called released by one method and attached by another: the second is at fault.
#include <Python.h>
#include <string>
#include <unistd.h>

namespace {

class Pipe {
public:
    explicit Pipe(int fd) : fd(fd) {}
    std::string fetch()
    {
        char part[65536];
        ssize_t got = ::read(fd, part, sizeof part); // ok: gilray-blocking-call-attached  reported at the call
        return got < 0 ? std::string() : std::string(part, got);
    }

private:
    int fd;
};

} // namespace

extern "C" PyObject *fetch_released(PyObject *, PyObject *arg)
{
    Pipe pipe((int)PyLong_AsLong(arg));
    std::string data;
    Py_BEGIN_ALLOW_THREADS
    data = pipe.fetch();
    Py_END_ALLOW_THREADS
    return PyBytes_FromStringAndSize(data.data(), (Py_ssize_t)data.size());
}

extern "C" PyObject *fetch_attached(PyObject *, PyObject *arg)
{
    Pipe pipe((int)PyLong_AsLong(arg));
    std::string data = pipe.fetch(); // expect: gilray-blocking-call-attached "which reaches 'read'"
    return PyBytes_FromStringAndSize(data.data(), (Py_ssize_t)data.size());
}
