// A function with everything it calls, asked flow-insensitive questions: does tp_dealloc anywhere give up the type?
#ifndef GILRAY_EVIDENCE_CLOSURE_H
#define GILRAY_EVIDENCE_CLOSURE_H

#include "evidence/Context.h"

namespace gilray::evidence {

class Closure {
public:
  Closure(const Context &C, FnId F);
  /// Can something that was not seen have the effect that is looked for: a function without body, a slot of a base
  /// type?
  bool open() const { return Open; }
  llvm::ArrayRef<FnId> functions() const { return Functions; }
  template <class Pred> bool anyEvent(Pred Holds) const {
    for (FnId F : Functions)
      for (const ir::Block &B : C.P.fn(F).Blocks)
        for (const ir::Event &E : B.Events)
          if (Holds(F, E))
            return true;
    return false;
  }
  /// Is a call or macro of that name in it?
  bool calls(llvm::StringRef Name) const;
  bool untracks() const;
  /// Is the field of the record named, in whatever way?
  bool mentions(llvm::StringRef Record, llvm::StringRef Field) const;
  /// Does it call through a field of that name: tp->tp_free(self)?
  bool callsThrough(llvm::StringRef Field) const;
  /// Is a reference to a type given up: Py_DECREF(tp), Py_DECREF(Py_TYPE(self))?
  bool releasesType() const;

private:
  void look(FnId F);
  bool isTypeValue(FnId F, ir::ValueId V) const;

  const Context &C;
  llvm::SmallVector<FnId, 4> Functions;
  bool Open = false;
};

} // namespace gilray::evidence

#endif
