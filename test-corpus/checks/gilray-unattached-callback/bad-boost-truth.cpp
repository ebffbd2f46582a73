// corpus: check=gilray-unattached-callback needs=boost
// Whether an object is true is a question to Python; the lock comes a line too late.
#include <boost/python.hpp>
#include <thread>

struct lock_gil {
  lock_gil() : state(PyGILState_Ensure()) {}
  ~lock_gil() { PyGILState_Release(state); }
  PyGILState_STATE state;
};

static void notify(boost::python::object *callback) {
  if (*callback) { // expect: gilray-unattached-callback "converting a 'boost::python::api::object_operators' happens on a new thread"
    lock_gil lock;
    (*callback)();
  }
}

static void notify_later(boost::python::object *callback) {
  lock_gil lock;
  if (*callback) // ok: gilray-unattached-callback
    (*callback)();
}

void start(boost::python::object &callback) {
  std::thread(notify, &callback).detach();
  std::thread(notify_later, &callback).detach();
}
