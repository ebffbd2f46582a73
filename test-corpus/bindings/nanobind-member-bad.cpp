// corpus: check=gilray-detached-api-call py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
// A callable as a member: copied into a local, reset, and destroyed with a C++ object that is deleted while detached.
#include <memory>
#include <nanobind/nanobind.h>
namespace nb = nanobind;

void wait_for(int port);

struct Route {
    nb::callable handler;
    int port = 0;
};

class Server {
    std::unique_ptr<Route> route_;
public:
    void serve()
    {
        nb::gil_scoped_release released;
        wait_for(1);
        nb::callable handler = route_->handler; // expect: gilray-detached-api-call
    }
    void replace(std::unique_ptr<Route> route)
    {
        nb::gil_scoped_release released;
        route_ = std::move(route); // xfail: gilray-detached-api-call whether a member had a value before is not known
    }
    void stop()
    {
        nb::gil_scoped_release released;
        wait_for(2);
        route_->handler.reset(); // expect: gilray-detached-api-call
    }
};

NB_MODULE(servers, m)
{
    nb::class_<Server>(m, "Server").def("serve", &Server::serve).def("stop", &Server::stop).def("replace", [](Server &s) {
        s.replace(nullptr);
    });
}
