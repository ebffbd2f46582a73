// corpus: check=* py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// The elements go while attached; moving a container moves no element.
#include <mutex>
#include <pybind11/pybind11.h>
#include <string>
#include <vector>
namespace py = pybind11;

struct Entry {
    std::string key;
    py::object value;
};

class Store {
    std::mutex lock_;
    std::vector<Entry> entries_;
public:
    void clear()
    {
        std::vector<Entry> old;
        {
            py::gil_scoped_release released;
            std::lock_guard<std::mutex> held(lock_);
            old.swap(entries_); // ok: gilray-*
        }
        old.clear(); // ok: gilray-*  attached
    }
    std::vector<Entry> take()
    {
        py::gil_scoped_release released;
        std::lock_guard<std::mutex> held(lock_);
        std::vector<Entry> mine = std::move(entries_); // ok: gilray-*
        return mine;
    }
    size_t count(const std::string &key)
    {
        py::gil_scoped_release released;
        std::lock_guard<std::mutex> held(lock_);
        size_t n = 0;
        for (const Entry &entry : entries_) // ok: gilray-*  by reference
            n += entry.key == key;
        return n;
    }
};

PYBIND11_MODULE(stores, m)
{
    py::class_<Store>(m, "Store").def("clear", &Store::clear).def("count", &Store::count).def("refill", [](Store &s) {
        return s.take().size();
    });
}
