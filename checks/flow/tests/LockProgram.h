// Programs for tests of the lock-set analysis. Places are lines: every event that tests look at has one of its own.
#ifndef GILRAY_FLOW_TESTS_LOCKPROGRAM_H
#define GILRAY_FLOW_TESTS_LOCKPROGRAM_H

#include "flow/tests/LockDump.h"
#include "flow/tests/TestProgram.h"
#include <gmock/gmock.h>

namespace gilray::test {

class LockProgram {
public:
  explicit LockProgram(std::vector<std::string> Texts, flow::LockBudget B = {}) {
    for (const std::string &T : Texts)
      Units.push_back(std::make_unique<ir::Unit>(parse(T)));
    std::vector<const ir::Unit *> Ptrs;
    for (auto &U : Units)
      Ptrs.push_back(U.get());
    P = std::make_unique<link::Program>(Ptrs, api::Model::builtin());
    R = std::make_unique<flow::Results>(*P);
    M = std::make_unique<link::Modules>(*P);
    L = std::make_unique<flow::LockSets>(*R, *M, B);
  }

  const flow::LockPoint &point(unsigned Line, link::EventRef *Found = nullptr) const {
    for (link::FnId F = 0; F < P->functions().size(); ++F)
      for (ir::BlockId B = 0; B < P->fn(F).Blocks.size(); ++B)
        for (uint32_t I = 0; I < P->fn(F).Blocks[B].Events.size(); ++I)
          if (P->fn(F).Blocks[B].Events[I].Where.Line == Line) {
            if (Found)
              *Found = {F, B, I};
            return L->at({F, B, I});
          }
    ADD_FAILURE() << "no event on line " << Line;
    static const flow::LockPoint None;
    return None;
  }
  std::string must(unsigned Line) const {
    link::EventRef E;
    const flow::LockPoint &At = point(Line, &E);
    return lockText(*L, At.Must, E.Fn);
  }
  std::string may(unsigned Line) const {
    link::EventRef E;
    const flow::LockPoint &At = point(Line, &E);
    return lockText(*L, At.May, E.Fn);
  }
  bool uncertain(unsigned Line) const { return point(Line).Uncertain; }

  /// "line: kind lock" of the facts whose text contains What.
  std::vector<std::string> facts(llvm::StringRef What) const {
    std::vector<std::string> Out;
    for (const flow::LockEventFact &F : L->facts())
      if (std::string Text = factText(*L, *P, F); llvm::StringRef(Text).contains(": " + What.str()))
        Out.push_back(Text);
    return Out;
  }
  /// Of "@global" or "Record.field".
  std::vector<flow::SharedAccess> accessesOf(llvm::StringRef What) const {
    if (!What.consume_front("@"))
      return L->accessesOf(What.split('.').first, What.split('.').second);
    for (auto &U : Units)
      for (const ir::Global &G : U->Globals)
        if (G.Name == What)
          return L->accessesOf(G);
    ADD_FAILURE() << "no global " << What.str();
    return {};
  }
  std::vector<std::string> accesses(llvm::StringRef What) const {
    std::vector<std::string> Out;
    for (const flow::SharedAccess &A : accessesOf(What))
      Out.push_back(accessText(*L, *P, A));
    return Out;
  }
  std::string common(llvm::StringRef What, bool Weak = false) const {
    return lockText(*L, L->commonLock(accessesOf(What), Weak));
  }
  std::vector<std::string> incomplete() const {
    std::vector<std::string> Out;
    for (auto [F, Why] : L->incomplete())
      Out.push_back(P->fn(F).Name.str() + ": " + Why.str());
    return Out;
  }
  const flow::LockSets &locks() const { return *L; }
  const link::Program &program() const { return *P; }

private:
  std::vector<std::unique_ptr<ir::Unit>> Units;
  std::unique_ptr<link::Program> P;
  std::unique_ptr<flow::Results> R;
  std::unique_ptr<link::Modules> M;
  std::unique_ptr<flow::LockSets> L;
};

} // namespace gilray::test

#endif
