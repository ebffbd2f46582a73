// Reads one module from its init function: which definition it hands to CPython, and what that definition says.
#ifndef GILRAY_LINK_MODULEREADER_H
#define GILRAY_LINK_MODULEREADER_H

#include "link/Modules.h"

namespace gilray::link {

class ModuleReader {
public:
  explicit ModuleReader(const Program &P);

  /// Everything but what belongs to the module. M.Init, M.Name and M.Unit are set.
  void read(ExtensionModule &M) const;

  const ir::Unit *unitOf(const ir::Global &G) const { return Homes.lookup(&G); }
  /// Visits the functions that F calls, directly or through others, F first.
  void forCallees(FnId F, llvm::function_ref<void(FnId)> Do) const;

private:
  /// A function as called from another one: what its parameters stand for.
  struct Frame {
    FnId Fn = NoFn;
    const Frame *Caller = nullptr;
    const ir::Event *Call = nullptr;
  };
  /// Globals that a pointer may point to.
  struct Pointees {
    llvm::SmallVector<StringRef, 2> Ids;
    bool Unknown = false;
  };
  struct Creation {
    enum Kind : uint8_t { DefInit, Create, Named, Address } How = Create;
    FnId In = NoFn;
    ir::Loc Where;
    Pointees Def;
    StringRef Name; ///< Named: Py_InitModule("name", …), PyModule_New("name")
  };

  void pointees(const Frame &F, ir::ValueId V, Pointees &Out, unsigned Depth = 0) const;
  void creations(const Frame &F, ir::ValueId V, std::vector<Creation> &Out, unsigned Depth = 0) const;
  bool creationCall(const Frame &F, const ir::Event &E, std::vector<Creation> &Out, unsigned Depth) const;
  std::vector<Creation> creations(FnId Init) const;

  ModuleForm bindingForm(const ExtensionModule &M, bool &Is) const;
  void readBinding(ExtensionModule &M) const;
  void bindingTags(ExtensionModule &M) const;
  void readCreation(ExtensionModule &M) const;
  void readDefinition(ExtensionModule &M) const;
  void readSlots(ExtensionModule &M) const;
  void readSlotList(ExtensionModule &M, const ir::Unit &U, const ir::Global &Array, unsigned Depth) const;
  bool readSlot(ExtensionModule &M, const ir::Unit &U, const ir::Init &Array, const ir::Init &E) const;
  void applyWrites(ExtensionModule &M) const;
  void declare(ExtensionModule &M) const;
  Declaration fromSlot(const ExtensionModule &M, int64_t Id) const;
  Declaration fromSetGil(const ExtensionModule &M) const;
  void lookBehind(const ExtensionModule &M, Declaration &D, bool Gil) const;

  struct Writer {
    FnId Fn;
    EventRef At;
  };

  const Program &P;
  llvm::DenseMap<const ir::Global *, const ir::Unit *> Homes;
  llvm::StringMap<llvm::SmallVector<EventRef, 2>> Writes; ///< by global id: writes to it or a part of it
  llvm::StringMap<llvm::SmallVector<EventRef, 2>> Handed; ///< by global id: calls that get its address
};

/// The global that a path goes through without a pointer in between: a, a[i], a.f, a[i].f.
StringRef rootGlobal(const ir::Function &F, ir::ValueId V);

} // namespace gilray::link

#endif
