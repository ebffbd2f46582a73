// The printer behind ir::print: TextPrint.cpp prints tables and references, TextPrintFunction.cpp functions.
#ifndef GILRAY_IR_TEXTPRINTER_H
#define GILRAY_IR_TEXTPRINTER_H

#include "ir/TextNames.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::ir::text {

class Printer {
public:
  Printer(const Unit &U, llvm::raw_ostream &OS);
  void printUnit();
  void printFunction(const Function &F);

private:
  void quoted(StringRef S);
  void name(StringRef S);      ///< qualified, quoted when needed
  void plainName(StringRef S); ///< of a variable or field, quoted when needed
  void file(FileId Id);
  void type(TypeId Id);
  void callee(CalleeId Id);
  void loc(StringRef Key, const Loc &L); ///< " at 3:4", or nothing
  void place(const Loc &L);
  void flag(bool Set, StringRef Word);
  void linkage(Linkage L);
  void typeList(StringRef Key, llvm::ArrayRef<TypeId> Types);
  void initialiser(const Init &I);

  void printTables();
  void printGlobals();
  void printFileFacts();

  // ---- inside one function
  void block(BlockId Id);
  void value(ValueId Id, int Context = 0);
  void bareValue(const Value &V, int Context);
  void variable(VarId Id);
  void global(StringRef Id);
  void valueList(llvm::ArrayRef<ValueId> Values);
  bool known(ValueId Id) const;
  void extraValue(StringRef Key, ValueId Id);
  void event(const Event &E);
  void terminator(const Terminator &T);
  void functionTables();

  const Unit &U;
  llvm::raw_ostream &OS;
  FileId MainFile = 0;
  const Function *F = nullptr;
  /// How often a name stands in its table, and the first index there: only unique names are printed as references.
  struct Use {
    unsigned Count = 0;
    uint32_t First = 0;
  };
  llvm::StringMap<Use> BaseNames, Paths, Spellings, CalleeNames, GlobalNames, VarNames;
  llvm::StringMap<uint32_t> GlobalIds;
};

} // namespace gilray::ir::text

#endif
