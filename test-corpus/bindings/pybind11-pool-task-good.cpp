// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration,-gilray-blocking-wait-attached"
// Tasks of a pool: some know nothing of Python, the others attach and let their objects go while they are attached.
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <pybind11/pybind11.h>
#include <queue>
#include <thread>
#include <vector>
namespace py = pybind11;

double brightness(int row);

class Workers {
    std::mutex lock_;
    std::queue<std::function<void()>> tasks_;
    std::vector<std::thread> threads_;
public:
    explicit Workers(int count)
    {
        for (int i = 0; i < count; ++i)
            threads_.emplace_back([this] {
                for (;;) {
                    std::function<void()> task;
                    {
                        std::lock_guard<std::mutex> held(lock_);
                        if (tasks_.empty())
                            continue;
                        task = std::move(tasks_.front());
                        tasks_.pop();
                    }
                    task();
                }
            });
    }
    template <class F> std::future<double> enqueue(F &&work)
    {
        auto task = std::make_shared<std::packaged_task<double()>>(std::forward<F>(work));
        std::future<double> done = task->get_future();
        std::lock_guard<std::mutex> held(lock_);
        tasks_.emplace([task] { (*task)(); });
        return done;
    }
};

static double measure(Workers &workers, py::object *progress)
{
    std::future<double> first = workers.enqueue([] { return brightness(1); }); // ok: gilray-*
    std::future<double> second = workers.enqueue([progress] {
        double value = brightness(2);
        py::gil_scoped_acquire attached;
        (*progress)(value); // ok: gilray-*
        return value;
    });
    py::gil_scoped_release released;
    return first.get() + second.get(); // ok: gilray-*
}

PYBIND11_MODULE(measuring, m)
{
    py::class_<Workers>(m, "Workers").def(py::init<int>());
    m.def("measure", [](Workers &workers, py::object progress) { return measure(workers, &progress); });
}
