// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// The pool that everybody copies: a packaged task behind a shared pointer in a queue of functions.
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <pybind11/pybind11.h>
#include <queue>
#include <thread>
#include <vector>
namespace py = pybind11;

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
    template <class F> std::future<void> enqueue(F &&work)
    {
        auto task = std::make_shared<std::packaged_task<void()>>(std::forward<F>(work));
        std::future<void> done = task->get_future();
        std::lock_guard<std::mutex> held(lock_);
        tasks_.emplace([task] { (*task)(); });
        return done;
    }
};

static void resize_all(Workers &workers, py::list images, int width)
{
    for (py::handle image : images)
        workers.enqueue([image, width] {
            image.attr("resize")(width); // expect: gilray-unattached-callback
        });
}

PYBIND11_MODULE(resizing, m)
{
    py::class_<Workers>(m, "Workers").def(py::init<int>());
    m.def("resize_all", &resize_all);
}
