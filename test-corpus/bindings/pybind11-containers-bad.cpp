// corpus: check=gilray-detached-api-call py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Owners inside containers and structures are copied, replaced and destroyed with them.
#include <map>
#include <memory>
#include <optional>
#include <pybind11/pybind11.h>
#include <string>
#include <vector>
namespace py = pybind11;

struct Entry {
    std::string key;
    py::object value;
};

class Store {
    std::vector<Entry> entries_;
    std::map<std::string, py::object> by_key_;
    std::optional<py::object> last_;
    std::unique_ptr<Entry> spare_;
public:
    void clear() { entries_.clear(); }     // expect: gilray-detached-api-call
    void forget() { last_.reset(); }       // expect: gilray-detached-api-call
    void drop() { by_key_.clear(); }       // expect: gilray-detached-api-call
    void give_up() { spare_.reset(); }     // expect: gilray-detached-api-call
    size_t size() const { return entries_.size(); } // ok: gilray-detached-api-call
};

PYBIND11_MODULE(stores, m)
{
    using released = py::call_guard<py::gil_scoped_release>;
    py::class_<Store>(m, "Store")
        .def("clear", &Store::clear, released())
        .def("forget", &Store::forget, released())
        .def("drop", &Store::drop, released())
        .def("give_up", &Store::give_up, released())
        .def("size", &Store::size, released());
}
