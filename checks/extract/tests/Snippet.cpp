// See Snippet.h.
#include "extract/tests/Snippet.h"
#include "ir/Validate.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

namespace gilray::extract::test {

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

const char FakePython[] = R"(
#ifndef FAKE_PYTHON_H
#define FAKE_PYTHON_H
#define PY_MAJOR_VERSION 3
#define PY_MINOR_VERSION 12
#define PY_MICRO_VERSION 1
#define PY_RELEASE_LEVEL_FINAL 0xF
#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL
#define PY_RELEASE_SERIAL 0
#ifdef __cplusplus
extern "C" {
#endif
typedef struct _object { long ob_refcnt; struct _typeobject *ob_type; } PyObject;
typedef struct _ts PyThreadState;
typedef struct { PyObject ob_base; PyObject **ob_item; } PyListObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct { const char *ml_name; PyCFunction ml_meth; int ml_flags; const char *ml_doc; } PyMethodDef;
#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define PyObject_HEAD PyObject ob_base;
PyThreadState *PyEval_SaveThread(void);
void PyEval_RestoreThread(PyThreadState *);
void *PyMem_Malloc(unsigned long);
void _Py_Dealloc(PyObject *);
PyObject *PyLong_FromLong(long);
void PyErr_SetString(PyObject *, const char *);
extern PyObject _Py_NoneStruct;
extern void **FakeAPI;
#define Py_None (&_Py_NoneStruct)
#define Py_INCREF(op) (((PyObject *)(op))->ob_refcnt++)
#define Py_DECREF(op) do { PyObject *_tmp = (PyObject *)(op); if (--_tmp->ob_refcnt == 0) _Py_Dealloc(_tmp); } while (0)
#define Py_CLEAR(op) do { PyObject *_tmp = (PyObject *)(op); if (_tmp != 0) { (op) = 0; Py_DECREF(_tmp); } } while (0)
#define Py_VISIT(op) do { if (op) { int vret = visit((PyObject *)(op), arg); if (vret) return vret; } } while (0)
#define Py_TYPE(ob) (((PyObject *)(ob))->ob_type)
#define PyList_GET_ITEM(op, i) (((PyListObject *)(op))->ob_item[i])
#define PyFake_Check(op) (Py_TYPE(op) == 0 || ((PyObject *)(op))->ob_refcnt > 7)
#define PyMem_New(type, n) ((unsigned long)(n) > 99999 ? 0 : (type *)PyMem_Malloc((n) * sizeof(type)))
#define PyFake_Call (*(PyObject * (*)(PyObject *, int)) FakeAPI[3])
#define Py_BEGIN_CRITICAL_SECTION(op) {
#define Py_END_CRITICAL_SECTION() }
#define Py_RETURN_NONE return Py_INCREF(Py_None), Py_None
#define Py_BEGIN_ALLOW_THREADS { PyThreadState *_save; _save = PyEval_SaveThread();
#define Py_END_ALLOW_THREADS PyEval_RestoreThread(_save); }
#ifdef __cplusplus
}
#endif
#endif
)";

Snippet::Snippet() {
  llvm::SmallString<128> D;
  EXPECT_FALSE(fs::createUniqueDirectory("gilray-extract", D));
  llvm::SmallString<128> Real;
  EXPECT_FALSE(fs::real_path(D, Real));
  Dir = std::string(Real);
}

Snippet::~Snippet() { fs::remove_directories(Dir); }

Snippet &Snippet::file(StringRef Name, StringRef Content) {
  llvm::SmallString<128> P(Dir);
  path::append(P, Name);
  EXPECT_FALSE(fs::create_directories(path::parent_path(P)));
  std::error_code EC;
  llvm::raw_fd_ostream OS(P, EC);
  EXPECT_FALSE(EC) << EC.message();
  OS << Content;
  return *this;
}

Snippet &Snippet::fakePython() { return file("inc/Python.h", FakePython).arg("-I" + Dir + "/inc"); }
Snippet &Snippet::include(StringRef D) { return arg(("-I" + D).str()); }
Snippet &Snippet::arg(StringRef A) {
  Args.push_back(A.str());
  return *this;
}

Snippet &Snippet::root(StringRef D) {
  Root = D.str();
  return *this;
}

static Options options(StringRef Root) {
  Options O;
  O.ProjectRoot = Root.str();
  auto Found = findResourceDir("", "");
  EXPECT_TRUE(static_cast<bool>(Found)) << llvm::toString(Found.takeError());
  if (Found)
    O.ResourceDir = *Found;
  return O;
}

Snippet &Snippet::extract(StringRef Name) {
  auto R = extractFile(Name, Dir, Args, options(Root));
  if (!R) {
    ADD_FAILURE() << llvm::toString(R.takeError());
    Result = std::make_unique<Extracted>();
    return *this;
  }
  Result = std::make_unique<Extracted>(std::move(*R));
  if (auto Defect = ir::findDefect(Result->Unit))
    ADD_FAILURE() << "invalid unit: " << *Defect;
  llvm::raw_string_ostream OS(Text);
  ir::print(Result->Unit, OS);
  for (size_t Pos; (Pos = Text.find(Dir)) != std::string::npos;)
    Text.replace(Pos, Dir.size(), "/t");
  return *this;
}

std::string Snippet::error(StringRef Name) {
  auto R = extractFile(Name, Dir, Args, options(Root));
  if (!R)
    return llvm::toString(R.takeError());
  ADD_FAILURE() << "expected an error for " << Name.str();
  return "";
}

std::string Snippet::function(StringRef Name) const {
  for (const std::string &Head : {"\nfunction " + Name.str() + "(", "\nfunction \"" + Name.str() + "\"("}) {
    size_t Begin = Text.find(Head);
    if (Begin == std::string::npos)
      continue;
    size_t End = Text.find("\n}", Begin);
    return Text.substr(Begin + 1, End - Begin);
  }
  ADD_FAILURE() << "no function " << Name.str() << " in\n" << Text;
  return "";
}

const ir::Function *Snippet::find(StringRef Name) const {
  for (const ir::Function &F : unit().Functions)
    if (F.Name == Name)
      return &F;
  return nullptr;
}

const ir::Global *Snippet::global(StringRef Name) const {
  for (const ir::Global &G : unit().Globals)
    if (G.Name == Name)
      return &G;
  return nullptr;
}

const ir::Record *Snippet::record(StringRef Name) const {
  for (const ir::Record &R : unit().Records)
    if (R.Name == Name)
      return &R;
  return nullptr;
}

std::unique_ptr<Snippet> c(StringRef Code) {
  auto S = std::make_unique<Snippet>();
  S->fakePython().file("a.c", Code).extract("a.c");
  return S;
}

std::unique_ptr<Snippet> cxx(StringRef Code) {
  auto S = std::make_unique<Snippet>();
  S->fakePython().arg("-std=c++17").file("a.cpp", Code).extract("a.cpp");
  return S;
}

std::string pythonInclude() {
  static const std::string Found = [] {
    auto Python = llvm::sys::findProgramByName("python3");
    llvm::SmallString<128> Out;
    if (!Python || fs::createTemporaryFile("gilray", "txt", Out))
      return std::string();
    std::optional<StringRef> Redirects[] = {StringRef(), StringRef(Out), StringRef()};
    StringRef Argv[] = {*Python, "-c", "import sysconfig; print(sysconfig.get_path('include'))"};
    std::string Dir;
    if (llvm::sys::ExecuteAndWait(*Python, Argv, std::nullopt, Redirects, 20) == 0)
      if (auto Text = llvm::MemoryBuffer::getFile(Out))
        Dir = (*Text)->getBuffer().trim().str();
    fs::remove(Out);
    return fs::exists(Dir + "/Python.h") ? Dir : std::string();
  }();
  return Found;
}

} // namespace gilray::extract::test
