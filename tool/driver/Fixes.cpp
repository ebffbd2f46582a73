#include "driver/Fixes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <optional>

namespace gilray::driver {

using namespace llvm;

namespace {

/// A file's bytes and where its lines begin.
struct Source {
  std::string Text, Trouble;
  std::vector<size_t> Starts;

  static Source read(const std::string &Path) {
    Source S;
    auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!Buffer) {
      S.Trouble = Buffer.getError().message();
      return S;
    }
    return of((*Buffer)->getBuffer());
  }

  static Source of(StringRef Text) {
    Source S;
    S.Text = Text.str();
    S.Starts.push_back(0);
    for (size_t At = S.Text.find('\n'); At != std::string::npos; At = S.Text.find('\n', At + 1))
      S.Starts.push_back(At + 1);
    return S;
  }

  std::optional<size_t> offset(unsigned Line, unsigned Col) const {
    if (Line == 0 || Col == 0 || Line > Starts.size() || Starts[Line - 1] + Col - 1 > Text.size())
      return std::nullopt;
    return Starts[Line - 1] + Col - 1;
  }

  /// No end means: nothing is replaced.
  std::optional<report::ByteEdit> edit(const Edit &E) const {
    auto From = offset(E.Where.Line, E.Where.Col);
    auto To = E.Where.EndLine ? offset(E.Where.EndLine, E.Where.EndCol) : From;
    if (!From || !To || *To < *From)
      return std::nullopt;
    return report::ByteEdit{*From, *To - *From, E.Text};
  }

  StringRef indentation(unsigned Line) const {
    if (Line == 0 || Line > Starts.size())
      return {};
    return StringRef(Text).drop_front(Starts[Line - 1]).take_while([](char C) { return C == ' ' || C == '\t'; });
  }

  bool hasCarriageReturns() const {
    size_t End = Text.find('\n');
    return End != std::string::npos && End > 0 && Text[End - 1] == '\r';
  }
};

class SourceCache {
public:
  const Source &get(const std::string &Path) {
    auto It = Known.find(Path);
    return It != Known.end() ? It->second : Known.emplace(Path, Source::read(Path)).first->second;
  }
  bool has(const std::string &Path) const { return Known.count(Path); }
  void set(const std::string &Path, Source S) { Known.insert_or_assign(Path, std::move(S)); }
  const std::map<std::string, Source> &all() const { return Known; }

private:
  std::map<std::string, Source> Known;
};

bool isDirective(StringRef Line) { return Line.ltrim(" \t").starts_with("#"); }

std::string indented(StringRef Text, StringRef Indentation) {
  std::string Out;
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    bool Ended = Line.size() < Text.size();
    if (!Line.empty() && !isDirective(Line))
      Out += Indentation;
    Out += Line;
    if (Ended)
      Out += '\n';
    Text = Rest;
  }
  return Out;
}

std::string withCarriageReturns(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (C == '\n' && !StringRef(Out).ends_with("\r"))
      Out += '\r';
    Out += C;
  }
  return Out;
}

bool sameEdit(const report::ByteEdit &A, const report::ByteEdit &B) {
  return A.Offset == B.Offset && A.Length == B.Length && A.Text == B.Text;
}

/// Insertions at one place do not overlap: two slots for one array are both wanted, in the order of their findings.
bool overlap(const report::ByteEdit &A, const report::ByteEdit &B) {
  if (A.Offset == B.Offset)
    return A.Length && B.Length;
  const report::ByteEdit &First = A.Offset < B.Offset ? A : B, &Second = A.Offset < B.Offset ? B : A;
  return First.Offset + First.Length > Second.Offset;
}

using EditsByFile = std::map<std::string, std::vector<report::ByteEdit>>;

/// The fix as byte edits, or nothing when it speaks of places that its file does not have.
std::optional<EditsByFile> bytes(const Fix &X, SourceCache &Sources) {
  EditsByFile Out;
  for (const Edit &E : X.Edits) {
    const Source &S = Sources.get(E.Where.File);
    auto B = S.Trouble.empty() ? S.edit(E) : std::nullopt;
    if (!B)
      return std::nullopt;
    Out[E.Where.File].push_back(std::move(*B));
  }
  return Out;
}

bool fits(const EditsByFile &New, const EditsByFile &Chosen) {
  for (const auto &[Path, Edits] : New) {
    auto It = Chosen.find(Path);
    if (It == Chosen.end())
      continue;
    for (const report::ByteEdit &A : Edits)
      for (const report::ByteEdit &B : It->second)
        if (!sameEdit(A, B) && overlap(A, B))
          return false;
  }
  return true;
}

} // namespace

void finishFixes(MutableArrayRef<Finding> Findings, function_ref<std::optional<StringRef>(StringRef)> TextOf) {
  SourceCache Sources;
  for (Finding &F : Findings)
    for (Fix &X : F.Fixes)
      for (Edit &E : X.Edits) {
        if (TextOf && !Sources.has(E.Where.File))
          if (auto Text = TextOf(E.Where.File))
            Sources.set(E.Where.File, Source::of(*Text));
        const Source &S = Sources.get(E.Where.File);
        if (E.IndentLikeLine)
          E.Text = indented(E.Text, S.indentation(E.Where.Line));
        E.IndentLikeLine = false;
        if (S.hasCarriageReturns())
          E.Text = withCarriageReturns(E.Text);
      }
}

FixPlan planFixes(ArrayRef<Finding> Findings) {
  FixPlan Plan;
  SourceCache Sources;
  EditsByFile Chosen;
  for (const auto &[I, F] : enumerate(Findings)) {
    auto X = find_if(F.Fixes, [](const Fix &X) { return X.Safe && !X.Edits.empty(); });
    if (X == F.Fixes.end())
      continue;
    auto Edits = bytes(*X, Sources);
    if (!Edits)
      continue;
    if (!fits(*Edits, Chosen)) {
      ++Plan.Overlapping;
      continue;
    }
    for (auto &[Path, New] : *Edits)
      for (report::ByteEdit &E : New)
        if (none_of(Chosen[Path], [&](const report::ByteEdit &Old) { return sameEdit(E, Old); }))
          Chosen[Path].push_back(std::move(E));
    Plan.Done.push_back(I);
  }
  for (auto &[Path, Edits] : Chosen) {
    llvm::stable_sort(Edits, [](const report::ByteEdit &A, const report::ByteEdit &B) {
      return std::pair(A.Offset, A.Length) < std::pair(B.Offset, B.Length);
    });
    Plan.Files.push_back({Path, Sources.get(Path).Text, std::move(Edits)});
  }
  for (const auto &[Path, S] : Sources.all())
    if (!S.Trouble.empty())
      Plan.Unreadable.push_back(Path + ": " + S.Trouble);
  return Plan;
}

Error carryOut(const FixPlan &Plan) {
  for (const FixPlan::File &F : Plan.Files) {
    // A symbolic link stays one: what it points to is changed.
    SmallString<256> Real;
    if (sys::fs::real_path(F.Path, Real))
      Real = F.Path;
    auto Mode = sys::fs::getPermissions(Real);
    if (Error E = writeToOutput(Real, [&](raw_ostream &OS) {
          OS << report::applyEdits(F.Before, F.Edits);
          return Error::success();
        }))
      return createStringError(std::errc::io_error, "'%s' could not be changed: %s", F.Path.c_str(),
                               toString(std::move(E)).c_str());
    if (Mode)
      if (std::error_code EC = sys::fs::setPermissions(Real, *Mode))
        return createStringError(EC, "'%s' was changed, but its permissions could not be kept: %s", F.Path.c_str(),
                                 EC.message().c_str());
  }
  return Error::success();
}

} // namespace gilray::driver
