// Edits that declare something. The unit knows where the parts of an array are, not how they are set: commas, tabs and
// line ends are read from the text that was parsed, and an edit is offered only where the text is what the unit says it
// is.
#include "rules/module/ModuleReport.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::rules {

using link::ExtensionModule;

namespace {

class Text {
public:
  Text(const Input &In, const std::string &File) : Memory(In.text(File)) {}
  bool known() const { return Memory.has_value(); }
  StringRef all() const { return *Memory; }
  /// Offset of a place, npos when there is no such place.
  size_t offset(unsigned Line, unsigned Col) const {
    size_t At = 0;
    for (unsigned L = 1; L < Line; ++L) {
      At = all().find('\n', At);
      if (At == StringRef::npos)
        return At;
      ++At;
    }
    return At + Col - 1 <= all().size() ? At + Col - 1 : StringRef::npos;
  }

private:
  std::optional<std::string> Memory;
};

/// The last character before the end that is neither white space nor part of a comment or directive; 0 if none is sure.
char lastToken(StringRef Before) {
  char Last = 0;
  for (size_t I = 0; I < Before.size(); ++I) {
    StringRef Rest = Before.drop_front(I);
    if (Rest.starts_with("//") || (Rest.starts_with("#") && Before.take_front(I).rtrim(" \t").ends_with("\n"))) {
      size_t End = Rest.find('\n');
      if (End == StringRef::npos)
        return 0;
      if (Rest.take_front(End).rtrim("\r").ends_with("\\"))
        return 0;
      I += End;
    } else if (Rest.starts_with("/*")) {
      size_t End = Rest.find("*/", 2);
      if (End == StringRef::npos)
        return 0;
      I += End + 1;
    } else if (Rest.starts_with("\"") || Rest.starts_with("'")) {
      return 0; // a literal may hold anything; slots have none
    } else if (!llvm::isSpace(Before[I])) {
      Last = Before[I];
    }
  }
  return Last;
}

/// The element that ends the array: the first that is no slot.
const ir::Init *sentinel(const ExtensionModule &M) {
  for (const ir::Init &E : M.SlotArray->Value.Elems)
    if (!llvm::any_of(M.Slots, [&](const link::ModuleSlot &S) { return S.Entry == &E; }))
      return &E;
  return nullptr;
}

/// Written by hand, with room for another element, and all of it compiled under the same conditions as its end.
bool isEditable(const ExtensionModule &M, const ir::Init &End) {
  const ir::Init &List = M.SlotArray->Value;
  const ir::Unit &U = *M.SlotUnit;
  if (!M.SlotsKnown || !M.Terminated || List.SizeWritten || List.Where.Chain || !List.Where.EndLine ||
      U.Files[List.Where.File].Class != ir::HeaderClass::Project || End.Where.File != List.Where.File)
    return false;
  const ir::PPGroup *Around = link::innermost(U, End.Where);
  return !Around || link::contains(Around->Where, List.Where);
}

} // namespace

std::optional<Fix> addSlot(const Input &In, const ExtensionModule &M, const SlotLine &Line, std::string Title) {
  if (!M.SlotArray || !M.SlotUnit)
    return std::nullopt;
  const ir::Init *End = sentinel(M);
  if (!End || !isEditable(M, *End))
    return std::nullopt;
  const ir::Loc &List = M.SlotArray->Value.Where;
  Place At = In.flow().place(*M.SlotUnit, End->Where);
  Text T(In, At.File);
  if (!T.known())
    return std::nullopt;
  const size_t Open = T.offset(List.Line, List.Col), Here = T.offset(At.Line, At.Col), Start = T.offset(At.Line, 1);
  if (Open == StringRef::npos || Here == StringRef::npos || Open >= Here || T.all()[Open] != '{')
    return std::nullopt;
  const bool NewForm = M.Form == link::ModuleForm::Export;
  StringRef Rest = T.all().drop_front(Here);
  if (!(Rest.starts_with("{") && !End->Where.Chain) && !(NewForm && Rest.starts_with("PySlot_END")))
    return std::nullopt;
  const char Before = lastToken(T.all().slice(Open, Here));
  if (Before != ',' && Before != '{')
    return std::nullopt;

  const bool OwnLine = T.all().slice(Start, Here).trim(" \t").empty();
  std::string New = NewForm ? "PySlot_DATA(" + Line.Slot.str() + ", " + Line.Value.str() + "),\n"
                            : "{" + Line.Slot.str() + ", " + Line.Value.str() + "},\n";
  if (!OwnLine) // {{Py_mod_exec, f}, {0, NULL}} on one line, or a comma before the sentinel
    New = "    " + New;
  if (!NewForm) // PyModExport_* exists only where both slots do
    New = "#if PY_VERSION_HEX >= 0x0" + llvm::utohexstr(Line.Since) + "\n" + New + "#endif\n";
  if (OwnLine)
    At.Col = 1;
  else
    New = "\n" + New + "    ";
  At.EndLine = At.EndCol = 0;
  Fix F;
  F.Title = std::move(Title);
  F.Safe = true;
  F.Edits.push_back({At, std::move(New), /*IndentLikeLine=*/true});
  return F;
}

/// PYBIND11_MODULE(demo, m)  {        in older versions of the library a further argument is a mistake:
///
///     #if PYBIND11_VERSION_HEX >= 0x020D0000
///     PYBIND11_MODULE(demo, m, pybind11::mod_gil_not_used())
///     #else
///     PYBIND11_MODULE(demo, m)
///     #endif
///     {
static std::string guarded(StringRef Macro, llvm::ArrayRef<Tag> Tags) {
  llvm::SmallVector<Tag, 2> Newest(Tags);
  llvm::stable_sort(Newest, [](const Tag &A, const Tag &B) { return A.Since > B.Since; });
  std::string Out;
  for (size_t I = 0; I < Newest.size(); ++I) {
    if (I && Newest[I].Since == Newest[I - 1].Since)
      continue;
    Out += (Out.empty() ? "#if" : "#elif") + std::string(" PYBIND11_VERSION_HEX >= 0x0") +
           llvm::utohexstr(Newest[I].Since) + "\n" + Macro.drop_back().str();
    for (const Tag &T : Tags)
      if (T.Since <= Newest[I].Since)
        Out += ", " + T.Text.str();
    Out += ")\n";
  }
  return Out + "#else\n" + Macro.str() + "\n#endif\n";
}

std::optional<Fix> addTags(const Input &In, const ExtensionModule &M, llvm::ArrayRef<Tag> Tags, std::string Title) {
  for (const ir::TopLevelMacro &T : M.Unit->TopLevelMacros) {
    if (T.Where.File != M.Where.File || T.Where.Line != M.Where.Line || T.Where.Col != M.Where.Col ||
        T.Where.EndCol < 2 || T.Where.Chain)
      continue;
    Place At = In.flow().place(*M.Unit, T.Where);
    Text Source(In, At.File);
    if (!Source.known())
      return std::nullopt;
    const size_t Open = Source.offset(At.Line, At.Col), Close = Source.offset(At.EndLine, At.EndCol - 1);
    if (Close == StringRef::npos || Open >= Close || Close >= Source.all().size() || Source.all()[Close] != ')')
      return std::nullopt;
    Fix F;
    F.Title = std::move(Title);
    if (llvm::any_of(Tags, [](const Tag &X) { return !X.Since; })) { // nothing to test the version with
      std::string New;
      for (const Tag &X : Tags)
        New += ", " + X.Text.str();
      F.Edits.push_back({{At.File, At.EndLine, At.EndCol - 1, 0, 0}, std::move(New)});
      return F;
    }
    // Directives need lines of their own, and the body must follow, which both heads share.
    StringRef Rest = Source.all().drop_front(Close + 1);
    const size_t Blank = Rest.find_first_not_of(" \t");
    if (At.Col != 1 || Blank == StringRef::npos || (Rest[Blank] != '{' && Rest[Blank] != '\r' && Rest[Blank] != '\n'))
      return std::nullopt;
    if (Rest[Blank] != '{' && !Rest.ltrim().starts_with("{"))
      return std::nullopt;
    std::string New = guarded(Source.all().slice(Open, Close + 1), Tags);
    unsigned EndCol = At.EndCol + Blank;
    if (Rest[Blank] != '{')
      New.pop_back(); // the line ends here already
    F.Safe = true;
    F.Edits.push_back({{At.File, At.Line, At.Col, At.EndLine, EndCol}, std::move(New)});
    return F;
  }
  return std::nullopt;
}

} // namespace gilray::rules
