"""Two sources for the benchmark that cost most per line: a pybind11 module full of templates, and a Cython module whose C has
ninety times its lines. Right throughout: no finding about threads.

  generate_bindings.py pybind11|cython LINES > FILE          LINES: of the C++, of the C that Cython makes (about)
"""
import argparse
import sys

PYBIND_HEAD = """#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace py = pybind11;

template <class T, int N> class Series {
public:
  explicit Series(std::vector<T> values = {}) : values(std::move(values)) {}
  template <class Fn> auto map(Fn &&fn) const {
    std::vector<decltype(fn(T()))> out;
    out.reserve(values.size());
    std::transform(values.begin(), values.end(), std::back_inserter(out), std::forward<Fn>(fn));
    return out;
  }
  T sum() const { return std::accumulate(values.begin(), values.end(), T()); }
  std::optional<T> last() const { return values.empty() ? std::nullopt : std::optional<T>(values.back()); }
  std::map<std::string, T> named(const std::string &prefix) const {
    std::map<std::string, T> out;
    for (size_t i = 0; i < values.size(); ++i)
      out.emplace(prefix + std::to_string(i + N), values[i]);
    return out;
  }
  std::vector<T> values;
};
"""
PYBIND_BLOCK = """
struct Part@ {
  std::string name = "part@";
  double weight = @;
  std::vector<int> items;
  std::function<double(double)> scale;
  double total(int times) const {
    double sum = 0;
    for (int i = 0; i < times; ++i)
      for (int item : items)
        sum += weight * item;
    return scale ? scale(sum) : sum;
  }
};

static void bind_@(py::module_ &m) {
  using Values = Series<double, @>;
  py::class_<Part@, std::shared_ptr<Part@>>(m, "Part@")
      .def(py::init<>())
      .def_readwrite("name", &Part@::name)
      .def_readwrite("items", &Part@::items)
      .def_property("weight", [](const Part@ &p) { return p.weight; }, [](Part@ &p, double w) { p.weight = w; })
      .def("total", &Part@::total, py::arg("times") = 1, py::call_guard<py::gil_scoped_release>())
      .def("__repr__", [](const Part@ &p) { return "<Part " + p.name + ">"; })
      .def(py::pickle([](const Part@ &p) { return py::make_tuple(p.name, p.weight, p.items); },
                      [](py::tuple t) {
                        auto p = std::make_shared<Part@>();
                        p->name = t[0].cast<std::string>();
                        p->weight = t[1].cast<double>();
                        p->items = t[2].cast<std::vector<int>>();
                        return p;
                      }));
  py::class_<Values>(m, "Values@")
      .def(py::init<std::vector<double>>(), py::arg("values"))
      .def("sum", &Values::sum)
      .def("last", &Values::last)
      .def("named", &Values::named, py::arg("prefix") = "v")
      .def("halves", [](const Values &v) { return v.map([](double x) { return x / 2; }); })
      .def("texts", [](const Values &v) { return v.map([](double x) { return std::to_string(x); }); })
      .def("add", [](Values &v, py::array_t<double, py::array::c_style | py::array::forcecast> more) {
        auto view = more.unchecked<1>();
        py::gil_scoped_release released;
        for (py::ssize_t i = 0; i < view.shape(0); ++i)
          v.values.push_back(view(i));
      });
}
"""
PYBIND_TAIL = """
PYBIND11_MODULE(generated, m, py::mod_gil_not_used()) {
@}
"""

CYTHON_HEAD = """# cython: language_level=3
cimport cython
from cpython.bytes cimport PyBytes_AS_STRING
from libc.math cimport sqrt
from libc.stdlib cimport free, malloc
"""
CYTHON_BLOCK = """
cdef double norm_@(const double[:] values) noexcept nogil:
    cdef double total = @
    cdef Py_ssize_t i
    for i in range(values.shape[0]):
        total += values[i] * values[i]
    return sqrt(total)

cdef class Store@:
    cdef dict names
    cdef public list items
    cdef double weight
    cdef readonly Py_ssize_t size

    def __init__(self, items, double weight=@):
        self.items = list(items)
        self.names = {str(item): n for n, item in enumerate(self.items)}
        self.weight = weight
        self.size = len(self.items)

    def __len__(self):
        return self.size

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self.items[i] for i in range(*key.indices(self.size))]
        if isinstance(key, str):
            key = self.names[key]
        return self.items[key]

    cpdef double total(self, double[:] values):
        cdef double result
        with nogil:
            result = norm_@(values)
        return result * self.weight

    def merged(self, Store@ other, *, reverse=False, **options):
        try:
            found = sorted(set(self.items) | set(other.items), key=lambda item: (options.get('rank', 0), item))
        except TypeError as error:
            raise ValueError(f"store {self.size}: {error}") from error
        finally:
            self.size = len(self.items)
        return found[::-1] if reverse else found

    def pairs(self):
        for name, n in self.names.items():
            yield name, self.items[n]

def fill_@(Store@ store, bytes data, Py_ssize_t count):
    cdef double *room = <double *>malloc(count * sizeof(double))
    cdef char *text = PyBytes_AS_STRING(data)
    cdef Py_ssize_t i
    if room is NULL:
        raise MemoryError()
    try:
        with nogil:
            for i in range(count):
                room[i] = text[i % 4] * store.weight
        return {i: room[i] for i in range(count) if room[i] > 0}, f"{store.size}/{count}"
    finally:
        free(room)
"""
# Lines of C that Cython makes of its own helpers, and of one block.
CYTHON_FIXED, CYTHON_PER_BLOCK = 31600, 4467


def pybind11(lines):
    count = max(1, (lines - PYBIND_HEAD.count("\n") - 3) // (PYBIND_BLOCK.count("\n") + 1))
    blocks = "".join(PYBIND_BLOCK.replace("@", str(number)) for number in range(count))
    return PYBIND_HEAD + blocks + PYBIND_TAIL.replace("@", "".join(f"  bind_{number}(m);\n" for number in range(count)))


def cython(lines):
    count = max(1, (lines - CYTHON_FIXED) // CYTHON_PER_BLOCK)
    return CYTHON_HEAD + "".join(CYTHON_BLOCK.replace("@", str(number)) for number in range(count))


if __name__ == "__main__":
    kinds = {"pybind11": pybind11, "cython": cython}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("lines", type=int)
    asked = parser.parse_args()
    sys.stdout.write(kinds[asked.kind](asked.lines))
