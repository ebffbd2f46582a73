// What a released region writes: fields of Python objects, directly, by an address that is passed on, and the storage
// of containers; and what a deallocator lets a library run.
#include "flow/tests/TestModel.h"
#include <gmock/gmock.h>

using namespace gilray::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A region of a method of `Thing`, and another method that reads its fields.
std::vector<std::string> writing(llvm::StringRef Region) {
  return found(
      {("unit \"a.c\"\n"
        "file python \"/include/Python.h\"\n"
        "record Thing pyobject { ob_base: PyObject, handle: lib *, number: int, save: _ts * }\n"
        "record PyListObject pyobject at \"/include/Python.h\":5:1 { ob_base: PyObject, ob_item: PyObject ** }\n"
        "callee lib_open params=(\"lib **\")\n"
        "callee lib_look params=(\"lib *const *\")\n"
        "callee lib_count params=(\"int *\")\n"
        "function fill(dest: lib **) internal {\n"
        "  %1 = call lib_default() at 2:1\n"
        "  write *dest = %1\n"
        "  return at 3:1\n"
        "}\n"
        "released f(self: Thing *, l: PyListObject *, v: PyObject *) {\n" +
        Region +
        "}\n"
        "function g(self: Thing *): PyObject * {\n"
        "  read self->Thing::handle at 21:1\n"
        "  read self->Thing::number at 22:1\n"
        "  read self->Thing::save at 23:1\n"
        "  return null at 24:1\n"
        "}\n")
           .str()});
}

} // namespace

TEST(Writes, ToFields) {
  EXPECT_THAT(writing("  write self->Thing::number = 1 at 11:1\n"), ElementsAre("11: detached-object-write"));
  EXPECT_THAT(writing("  call take_lock(v) at 10:1\n  write self->Thing::number = 1 at 11:1\n"
                      "  call drop_lock(v) at 12:1\n"),
              IsEmpty());
}

TEST(Writes, ByAnAddressThatIsPassedOn) {
  EXPECT_THAT(writing("  call lib_open(&self->Thing::handle) at 11:1\n"), ElementsAre("11: detached-object-write"));
  EXPECT_THAT(writing("  call fill(&self->Thing::handle) at 11:1\n"), ElementsAre("11: detached-object-write"));
  EXPECT_THAT(writing("  call lib_look(&self->Thing::handle) at 11:1\n"), IsEmpty()) << "only read";
  EXPECT_THAT(writing("  call lib_count(&self->Thing::number) at 11:1\n"), IsEmpty()) << "perhaps only read";
  EXPECT_THAT(writing("  call take_lock(v) at 10:1\n  call lib_open(&self->Thing::handle) at 11:1\n"
                      "  call drop_lock(v) at 12:1\n"),
              IsEmpty());
}

TEST(Writes, IntoContainers) {
  EXPECT_THAT(writing("  write l->PyListObject::ob_item[2] = v at 11:1\n"), ElementsAre("11: detached-object-write"));
  EXPECT_THAT(writing("  write *l->PyListObject::ob_item = v at 11:1\n"), ElementsAre("11: detached-object-write"));
  EXPECT_THAT(writing("  write self->Thing::handle[2] = 1 at 11:1\n"), IsEmpty()) << "not Python's, and not the field";
}

TEST(Dealloc, CallbacksMeetThePendingException) {
  auto With = [](llvm::StringRef Callback, llvm::StringRef Before) {
    return found({("unit \"a.c\"\n"
                   "global @type: PyTypeObject = {.tp_dealloc = fn dealloc}\n"
                   "callee lib_set_hook params=(\"lib *\", \"void *\", \"void *\")\n"
                   "callee lib_close params=(\"lib *\")\n"
                   "function hook(o: void *): void internal {\n"
                   "  var gil: int\n"
                   "  %1 = call PyGILState_Ensure() at 2:1\n"
                   "  assign gil = %1\n" +
                   Callback +
                   "  call PyGILState_Release(gil) at 4:1\n"
                   "  return at 5:1\n"
                   "}\n"
                   "function listen(h: lib *, o: PyObject *): PyObject * {\n"
                   "  call lib_set_hook(h, fn hook, o) at 7:1\n"
                   "  return null at 8:1\n"
                   "}\n"
                   "function dealloc(o: PyObject *) internal {\n"
                   "  var h: lib *\n"
                   "  assign h = unknown\n" +
                   Before +
                   "  released {\n"
                   "    call lib_close(h) at 11:1\n"
                   "  }\n"
                   "  return at 13:1\n"
                   "}\n")
                      .str()});
  };
  const char *Python = "  call PyObject_CallNoArgs(o) at 3:1\n", *Nothing = "  call PyErr_Clear() at 3:1\n";
  EXPECT_THAT(With(Python, ""), ElementsAre("11: release-in-dealloc"));
  EXPECT_THAT(With(Nothing, ""), IsEmpty());
  EXPECT_THAT(With(Python, "  call PyErr_GetRaisedException() at 10:1\n"), IsEmpty());
  EXPECT_THAT(With("  call PyErr_GetRaisedException() at 3:1\n  call PyObject_CallNoArgs(o) at 3:2\n", ""), IsEmpty());
}
