// The names under which Python code reaches functions: method and get/set tables with the type or module that they
// belong to, slots of types, functions that a C++ binding library makes callable.
//
//     static PyMethodDef Gauge_methods[] = {{"read", gauge_read, METH_NOARGS}, {0}};      gauge_read:
//     static PyTypeObject Gauge = {.tp_name = "demo.Gauge", .tp_methods = Gauge_methods};   demo.Gauge.read(), no
//     arguments
#ifndef GILRAY_LINK_PYTHONNAMES_H
#define GILRAY_LINK_PYTHONNAMES_H

#include "link/Modules.h"

namespace gilray::link {

enum class CallableKind : uint8_t { Function, Method, ClassMethod, StaticMethod, Getter, Setter, Slot };

/// One way in which Python code calls a function.
struct PythonCallable {
  CallableKind Kind = CallableKind::Function;
  std::string Module; ///< extension module to import; empty: not known
  std::string Type;   ///< as tp_name says: "demo.Gauge"; empty: a function of a module, or not known
  std::string Name;   ///< "read"; of slots the role: "init", "dealloc"
  /// How arguments arrive, as ml_flags say: "noargs", "o", "varargs", "keywords", "fastcall", "fastcall-keywords";
  /// empty: not known
  std::string Convention;
  const ir::Unit *Unit = nullptr;
  ir::Loc Where; ///< the table entry or the binding call
  /// "demo.Gauge.read", "demo.open"; slots: "demo.Gauge.__init__" where Python has such a name, else "demo.Gauge".
  std::string qualified() const;
};

class PythonNames {
public:
  PythonNames(const Program &P, const Modules &M);

  /// In the order of the tables.
  llvm::ArrayRef<PythonCallable> of(FnId F) const;

private:
  /// What a table of methods belongs to.
  struct Owner {
    std::string Type, Module;
  };
  void owners();
  void ownersFromInit(const ir::Unit &U, const ir::Init &I, StringRef Record);
  void typeFromSpec(const ir::Unit &U, const ir::Init &Spec);
  void ownersFromWrites(FnId F);
  void tables();
  void table(const ir::Unit &U, const ir::Global &G, const ir::Init &I);
  void slots(const ir::Unit &U, const ir::Init &I, StringRef Record, StringRef Type);
  void bindings();
  /// The event behind each object and temporary of a function.
  using Makers = llvm::DenseMap<ir::ValueId, const ir::Event *>;
  const Makers &makers(FnId F);
  StringRef boundType(FnId In, const ir::Event &Def);
  CallableKind boundKind(FnId In, const ir::Event &Def, FnId Fn) const;
  std::string moduleOf(FnId F, const Owner *O) const;
  void add(FnId F, PythonCallable C);

  const Program &P;
  const Modules &M;
  llvm::StringMap<Owner> Owners; ///< by Global::Id of the table
  llvm::DenseMap<FnId, std::vector<PythonCallable>> Names;
  llvm::DenseMap<FnId, Makers> MadeIn;
};

} // namespace gilray::link

#endif
