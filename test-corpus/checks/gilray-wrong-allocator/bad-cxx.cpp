// corpus: check=gilray-wrong-allocator
#include <Python.h>
#include <cstdlib>

// A member that the constructor takes from one allocator and the destructor gives to another.
class Buffer {
public:
    explicit Buffer(std::size_t size) { data = static_cast<char *>(PyMem_Malloc(size)); }
    ~Buffer() { std::free(data); } // expect: gilray-wrong-allocator "'data' comes from 'PyMem_Malloc' and is given to"
    char *data;
};

PyObject *use(PyObject *, PyObject *)
{
    Buffer buffer(64);
    return PyBytes_FromStringAndSize(buffer.data, 64);
}
