// Suppression comments.
#include "driver/Suppress.h"
#include "config/CheckGlobs.h"
#include "ir/Nolint.h"
#include "rules/suppression/UnusedSuppression.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::driver {

using namespace llvm;
using ir::SuppressionKind;

void Suppressions::add(const ir::Unit &U) {
  for (const ir::Suppression &S : U.Suppressions) {
    if (!S.Where.valid())
      continue;
    Comment C;
    C.Where = {U.Files[S.Where.File].Path.str(), S.Where.Line, S.Where.Col, S.Where.EndLine, S.Where.EndCol};
    C.Kind = S.Kind;
    for (StringRef Glob : S.Checks)
      C.Checks.push_back(Glob.str());
    ByFile[C.Where.File].push_back(std::move(C));
  }
}

void Suppressions::add(const CythonPlaces &Cython) {
  for (const auto &[File, Text] : Cython.texts())
    for (auto [Index, Line] : enumerate(Text.lines()))
      for (const ir::Nolint &N : ir::nolints(Line.Comment)) {
        Comment C;
        unsigned Number = Index + 1, Col = Line.CommentCol + N.Offset;
        C.Where = {File, Number, Col, Number, unsigned(Col + N.Length)};
        C.Kind = N.Kind;
        for (StringRef Glob : N.Checks)
          C.Checks.push_back(Glob.str());
        ByFile[File].push_back(std::move(C));
      }
}

void Suppressions::finish() {
  for (auto &[File, Comments] : ByFile) {
    auto Key = [](const Comment &C) { return std::tuple(C.Where.Line, C.Where.Col, C.Kind); };
    llvm::sort(Comments, [&](const Comment &A, const Comment &B) { return Key(A) < Key(B); });
    Comments.erase(llvm::unique(Comments, [&](const Comment &A, const Comment &B) { return Key(A) == Key(B); }),
                   Comments.end());
    std::vector<Comment *> Open;
    for (Comment &C : Comments) {
      switch (C.Kind) {
      case SuppressionKind::Line:
        C.First = C.Last = C.Where.Line;
        break;
      case SuppressionKind::NextLine:
        C.First = C.Last = std::max(C.Where.Line, C.Where.EndLine) + 1;
        break;
      case SuppressionKind::Begin:
        C.First = C.Where.Line;
        C.Unpaired = true;
        Open.push_back(&C);
        break;
      case SuppressionKind::End: {
        // As in clang-tidy, an END closes the innermost BEGIN with the same list.
        auto It = find_if(reverse(Open), [&](Comment *B) { return B->Checks == C.Checks; });
        C.Unpaired = It == Open.rend();
        if (C.Unpaired)
          break;
        (*It)->Last = C.Where.Line;
        (*It)->Unpaired = false;
        Open.erase(std::next(It).base());
        break;
      }
      }
    }
  }
}

bool Suppressions::names(const Comment &C, const CheckInfo &Check) {
  if (C.Checks.empty())
    return true;
  bool Named = false;
  for (StringRef Glob : C.Checks) {
    bool Exclude = Glob.consume_front("-");
    if (config::matchesFullName(Glob, Check))
      Named = !Exclude;
  }
  return Named;
}

bool Suppressions::suppresses(const Finding &F, const CythonPlaces &Cython) {
  bool Any = covers(F.Where, *F.Check);
  if (std::optional<Place> At = Cython.placeOf(F); At && At->File != F.Where.File)
    Any |= covers(*At, *F.Check);
  return Any;
}

bool Suppressions::covers(const Place &P, const CheckInfo &Check) {
  auto It = ByFile.find(P.File);
  if (It == ByFile.end())
    return false;
  bool Any = false;
  for (Comment &C : It->second) {
    bool Covers = C.Kind != SuppressionKind::End && !C.Unpaired && P.Line >= C.First && P.Line <= C.Last;
    if (Covers && names(C, Check))
      C.Used = Any = true;
  }
  return Any;
}

static const char *spelling(SuppressionKind K) {
  switch (K) {
  case SuppressionKind::Line:
    return "NOLINT";
  case SuppressionKind::NextLine:
    return "NOLINTNEXTLINE";
  case SuppressionKind::Begin:
    return "NOLINTBEGIN";
  case SuppressionKind::End:
    return "NOLINTEND";
  }
  llvm_unreachable("all kinds are spelled");
}

std::vector<Finding> Suppressions::complaints(ArrayRef<const CheckInfo *> Ran, const StringSet<> &NotJudged) const {
  std::vector<Finding> Out;
  auto Say = [&](const Comment &C, std::string Message) {
    Finding F;
    F.Check = &UnusedSuppressionCheck;
    F.Sev = F.Check->Default;
    F.Where = C.Where;
    F.Message = std::move(Message);
    Out.push_back(std::move(F));
  };
  for (const auto &[File, Comments] : ByFile)
    for (const Comment &C : Comments) {
      std::vector<const CheckInfo *> Named;
      bool Ours = false, Unknown = false;
      for (StringRef Glob : C.Checks) {
        if (!Glob.starts_with("gilray-"))
          continue;
        Ours = true;
        bool Any = false;
        for (const CheckInfo *Check : allChecks())
          if (config::matchesFullName(Glob, *Check)) {
            Named.push_back(Check);
            Any = true;
          }
        if (!Any) {
          Unknown = true;
          Say(C, std::string(spelling(C.Kind)) + ": " + config::unknownCheck(Glob));
        }
      }
      if (!Ours || Unknown)
        continue;
      if (C.Unpaired)
        Say(C, C.Kind == SuppressionKind::Begin ? "NOLINTBEGIN without NOLINTEND of the same list has no effect"
                                                : "NOLINTEND without NOLINTBEGIN of the same list has no effect");
      else if (C.Kind != SuppressionKind::End && !C.Used && !NotJudged.contains(File) &&
               all_of(Named, [&](const CheckInfo *N) { return is_contained(Ran, N); }))
        Say(C, std::string("this ") + spelling(C.Kind) + " suppresses nothing; remove it");
    }
  return Out;
}

} // namespace gilray::driver
