// corpus: check=* py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// Objects are moved into a record before the release, wait there, and the record goes attached.
#include <memory>
#include <optional>
#include <pybind11/pybind11.h>
#include <string>
#include <utility>
namespace py = pybind11;

std::string fetch(const std::string &url);

struct Request {
    std::string url;
    py::object callback;
    std::optional<py::dict> headers;
};

static py::object run(const std::string &url, py::object callback, py::dict headers)
{
    Request request{url, std::move(callback), std::move(headers)};
    std::string body;
    {
        py::gil_scoped_release released;
        body = fetch(request.url); // ok: gilray-*  only C++ parts are touched
    }
    return request.callback(body);
} // ok: gilray-*

static py::object run_owned(const std::string &url, py::object callback)
{
    auto request = std::make_unique<Request>();
    request->url = url;
    request->callback = std::move(callback);
    std::string body;
    {
        py::gil_scoped_release released;
        std::unique_ptr<Request> mine = std::move(request);
        body = fetch(mine->url);
        request = std::move(mine); // ok: gilray-*
    }
    return request->callback(body); // ok: gilray-*
}

PYBIND11_MODULE(requests, m)
{
    m.def("run", &run);
    m.def("run_owned", &run_owned);
}
