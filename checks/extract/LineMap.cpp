// Which source the lines of a generated file were made from, as far as the file itself says so: `#line` directives and
// GNU line markers, and the comments that Cython writes before the code of each line:
//
//     /* "pkg/mod.pyx":7
//      *     cdef int n = 0
//      *     with nogil:             # <<<<<<<<<<<<<<
//      */
#include "extract/UnitBuilder.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace gilray::extract {

using namespace clang;
using llvm::StringRef;
namespace path = llvm::sys::path;

std::optional<CythonMark> cythonMark(StringRef Comment) {
  if (Comment.starts_with("/* #### Code section: "))
    return CythonMark();
  StringRef Rest = Comment;
  if (!Rest.consume_front("/* \"") || !Rest.contains("# <<<<<<<<<<<<<<"))
    return std::nullopt;
  auto [Path, Behind] = Rest.split("\":");
  unsigned Line;
  if (Path.empty() || Path.contains('\n') || Behind.consumeInteger(10, Line) || !Behind.starts_with("\n"))
    return std::nullopt;
  return CythonMark{Path.str(), Line, SourceLocation()};
}

/// Cython names sources relative to where it ran, mostly the root of a package's tree: pkg/mod.pyx beside
/// /src/pkg/mod.c is /src/pkg/mod.pyx. Nothing is looked up: a unit depends on what was parsed alone.
static std::string besides(StringRef Generated, StringRef Written) {
  if (path::is_absolute(Written))
    return Written.str();
  StringRef Dir = path::parent_path(Generated), SubDir = path::parent_path(Written);
  if (!SubDir.empty() && (!Dir.consume_back(SubDir) || !Dir.consume_back("/")))
    return Written.str();
  return (Dir + "/" + Written).str();
}

ir::FileId UnitBuilder::sourceFile(StringRef Path) {
  auto [It, New] = FileByPath.try_emplace(Path.str(), U.Files.size());
  if (New)
    U.Files.push_back({U.intern(Path), ir::HeaderClass::Project});
  return It->second;
}

void UnitBuilder::mapDirectives() {
  clang::FileID Main = SM.getMainFileID();
  for (SourceLocation L : PP.LineNotes) {
    // The directive speaks of the line after its own.
    SourceLocation Next = SM.translateLineCol(Main, SM.getSpellingLineNumber(L), 1);
    PresumedLoc Said = SM.getPresumedLoc(Next);
    if (Said.isInvalid())
      continue;
    ir::LineMapping M;
    M.File = file(Main);
    M.Line = SM.getSpellingLineNumber(Next);
    std::string Source = Files.absolute(Said.getFilename());
    // Generators go back to their own output by the name they wrote it under, from wherever they ran.
    if (path::filename(Source) != path::filename(U.MainFile)) {
      M.Source = sourceFile(Source);
      M.SourceLine = Said.getLine();
      M.CountsOn = true;
    }
    const ir::LineMapping *Last = U.LineMap.empty() ? nullptr : &U.LineMap.back();
    bool Same = Last ? Last->Source == M.Source && M.SourceLine - M.Line == Last->SourceLine - Last->Line : !M.Source;
    if (M.Source == 0 && Last)
      Same = Last->Source == 0;
    if (!Same)
      U.LineMap.push_back(M);
  }
}

void UnitBuilder::mapCython() {
  struct Body {
    unsigned Begin, End;
  };
  std::vector<Body> Functions; // of the main file, in order
  ir::FileId Main = file(SM.getMainFileID());
  for (const ir::Function &F : U.Functions)
    if (F.Where.File == Main && F.End.File == Main && F.Kind == ir::FunctionKind::Function)
      Functions.push_back({F.Where.Line, F.End.Line});
  llvm::sort(Functions, [](Body A, Body B) { return A.Begin < B.Begin; });
  constexpr unsigned Never = ~0u;
  // A mark in a body holds up to the body's end. One before a function holds for the function's wrapper and for the
  // function itself, up to the first mark inside.
  auto EndAfter = [&](unsigned Line) {
    auto It = llvm::partition_point(Functions, [&](Body B) { return B.End < Line; });
    if (It != Functions.end() && It->Begin > Line && std::next(It) != Functions.end())
      ++It;
    return It == Functions.end() ? Never : It->End + 1;
  };
  for (size_t I = 0; I < PP.CythonMarks.size(); ++I) {
    const CythonMark &Mark = PP.CythonMarks[I];
    ir::LineMapping M;
    M.File = Main;
    M.Line = SM.getSpellingLineNumber(Mark.Where);
    if (!Mark.Line) {
      if (!U.LineMap.empty() && U.LineMap.back().Source && U.LineMap.back().Line < M.Line)
        U.LineMap.push_back(M);
      continue;
    }
    M.Source = sourceFile(besides(U.MainFile, Mark.Path));
    M.SourceLine = Mark.Line;
    unsigned Next = I + 1 < PP.CythonMarks.size() ? SM.getSpellingLineNumber(PP.CythonMarks[I + 1].Where) : Never;
    if (Next == M.Line)
      continue;
    U.LineMap.push_back(M);
    if (unsigned End = EndAfter(M.Line); End < Next) {
      ir::LineMapping Nothing;
      Nothing.File = Main;
      Nothing.Line = End;
      U.LineMap.push_back(Nothing);
    }
  }
}

void UnitBuilder::mapLines() {
  mapDirectives();
  if (U.LineMap.empty()) // Cython can write both; directives are what it was asked for
    mapCython();
}

} // namespace gilray::extract
