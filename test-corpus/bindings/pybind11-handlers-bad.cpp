// corpus: check=gilray-unattached-callback py=3.9..3.14 needs=pybind11 std=c++17 gilray="--checks=*,-gilray-binding-declaration,-gilray-mutable-global,-gilray-unguarded-global"
// Callables by name, in a member, in a record of a queue and in a global: what goes in comes out.
#include <functional>
#include <map>
#include <pybind11/pybind11.h>
#include <string>
#include <thread>
#include <vector>
namespace py = pybind11;

struct Order {
    int id;
    std::function<void(int)> done;
};
static std::vector<std::function<void()>> at_close;

class Market {
    std::map<std::string, std::function<void(double)>> prices_;
    std::function<void()> opened_;
    std::vector<Order> orders_;
    std::thread opening_, feed_, fill_, closing_;
    void tell_prices()
    {
        for (auto &[name, show] : prices_)
            show(1.5);
    }
    void fill()
    {
        for (Order &order : orders_)
            order.done(order.id);
    }
    static void close()
    {
        for (auto it = at_close.begin(); it != at_close.end(); ++it)
            (*it)();
    }
public:
    void on_open(std::function<void()> opened) { opened_ = std::move(opened); }
    void on_price(const std::string &name, std::function<void(double)> show) { prices_[name] = std::move(show); }
    void place(int id, std::function<void(int)> done) { orders_.push_back(Order{id, std::move(done)}); }
    void open()
    {
        opening_ = std::thread([this] { opened_(); });
        feed_ = std::thread(&Market::tell_prices, this);
        fill_ = std::thread(&Market::fill, this);
        closing_ = std::thread(&Market::close);
    }
};

static void watch(Market &market, py::object &log)
{
    market.on_open([&log] {
        log.attr("info")("open"); // expect: gilray-unattached-callback
    });
    market.on_price("tin", [&log](double price) {
        log.attr("info")(price); // expect: gilray-unattached-callback
    });
    market.place(1, [&log](int id) {
        log.attr("info")(id); // expect: gilray-unattached-callback
    });
    at_close.emplace_back([&log] {
        log.attr("info")("closed"); // expect: gilray-unattached-callback
    });
}

PYBIND11_MODULE(markets, m)
{
    py::class_<Market>(m, "Market").def("open", &Market::open);
    m.def("watch", &watch);
}
