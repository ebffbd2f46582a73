// corpus: check=* py=3.10..3.14 needs=nanobind std=c++17 gilray="--checks=*,-gilray-binding-declaration"
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
        nb::callable handler = route_->handler;
        {
            nb::gil_scoped_release released;
            wait_for(route_->port); // ok: gilray-*
        }
        handler(1);
    }
    void stop()
    {
        std::unique_ptr<Route> old;
        {
            nb::gil_scoped_release released;
            wait_for(2);
            old = std::move(route_); // ok: gilray-*  old was empty
        }
    } // ok: gilray-*  old dies attached
};

NB_MODULE(servers, m)
{
    nb::class_<Server>(m, "Server").def("serve", &Server::serve).def("stop", &Server::stop);
}
