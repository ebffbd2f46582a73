// corpus: check=* py=3.9..3.14 needs=boost std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Boost.Python: ranges, wrappers whose override attaches first, exceptions translated after the guard has gone.
#include <boost/python.hpp>
#include <stdexcept>
#include <vector>
namespace bp = boost::python;

double measure(int channel);

class Detached {
    PyThreadState *state_ = PyEval_SaveThread();
public:
    Detached() = default;
    Detached(const Detached &) = delete;
    ~Detached() { PyEval_RestoreThread(state_); }
};

class Scan {
    std::vector<double> values_;
public:
    std::vector<double>::iterator begin() { return values_.begin(); }
    std::vector<double>::iterator end() { return values_.end(); }
    void run(int channels)
    {
        Detached detached;
        for (int channel = 0; channel < channels; ++channel)
            values_.push_back(measure(channel)); // ok: gilray-*
        if (values_.empty())
            throw std::out_of_range("no channels"); // ok: gilray-*
    }
    bp::list sorted() const
    {
        bp::list out;
        for (double value : values_)
            out.append(value);
        out.sort();
        return out; // ok: gilray-*
    }
};

BOOST_PYTHON_MODULE(scans)
{
    bp::class_<Scan>("Scan").def("run", &Scan::run).def("sorted", &Scan::sorted)
        .def("__iter__", bp::range(&Scan::begin, &Scan::end)); // ok: gilray-*
}
