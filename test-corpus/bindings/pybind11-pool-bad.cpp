// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 gilray="--checks=*,-gilray-binding-declaration"
// A pool of threads: the job and what it captured die on the worker.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <pybind11/pybind11.h>
#include <thread>
#include <vector>
namespace py = pybind11;

class Pool {
    std::mutex lock_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> jobs_;
    std::vector<std::thread> workers_;
    void work()
    {
        for (;;) {
            std::function<void()> job;
            {
                std::unique_lock<std::mutex> held(lock_);
                ready_.wait(held, [this] { return !jobs_.empty(); });
                job = std::move(jobs_.front());
                jobs_.pop_front();
            }
            job();
        }
    }
public:
    Pool() { workers_.emplace_back([this] { work(); }); }
    void submit(std::function<void()> job)
    {
        std::lock_guard<std::mutex> held(lock_);
        jobs_.push_back(std::move(job));
        ready_.notify_one();
    }
};

static void run_later(Pool &pool, py::function callback)
{
    pool.submit([callback] { // expect: gilray-unattached-callback "captures 'callback'"
        callback(); // expect: gilray-unattached-callback
    });
}

PYBIND11_MODULE(pools, m)
{
    py::class_<Pool>(m, "Pool");
    m.def("run_later", &run_later);
}
