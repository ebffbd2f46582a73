#include "driver/CythonPlaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace gilray::driver {

using namespace llvm;

/// Cython's own utility code has names such as "View.MemoryView" and "<stringsource>".
static bool isCythonSource(StringRef Path) {
  return is_contained({".pyx", ".pxd", ".pxi", ".py"}, sys::path::extension(Path));
}

void CythonPlaces::add(const ir::Unit &U) {
  Generated G;
  for (const ir::LineMapping &M : U.LineMap) {
    StringRef Path = M.Source ? U.Files[M.Source].Path : StringRef();
    Line L;
    if (isCythonSource(Path)) {
      L = {Path.str(), M.SourceLine, M.CountsOn};
      if (auto [Text, New] = Texts.try_emplace(L.Source); New)
        if (auto Buffer = MemoryBuffer::getFile(Path))
          Text->second = CythonText((*Buffer)->getBuffer());
    }
    if (G.Source.empty() && sys::path::stem(L.Source) == sys::path::stem(U.MainFile))
      G.Source = L.Source;
    G.From[M.Line] = std::move(L);
  }
  if (G.Source.empty())
    for (const auto &[At, L] : G.From)
      if (G.Source.empty())
        G.Source = L.Source;
  if (!G.Source.empty())
    ByFile.try_emplace(U.MainFile, std::move(G));
}

bool CythonPlaces::translate(Place &P) const {
  auto It = ByFile.find(P.File);
  if (It == ByFile.end())
    return false;
  auto After = It->second.From.upper_bound(P.Line);
  if (After == It->second.From.begin())
    return false;
  auto &[First, L] = *std::prev(After);
  if (L.Source.empty())
    return false;
  P = {L.Source, L.CountsOn ? L.Number + P.Line - First : L.Number};
  return true;
}

void CythonPlaces::move(Place &P, StringRef About) const {
  if (auto It = ByFile.find(P.File); It != ByFile.end() && !translate(P))
    P = declaration(It->second, About);
}

/// "'pkg.mod.seen' keeps ..." is about what the module calls seen.
Place CythonPlaces::declaration(const Generated &G, StringRef About) const {
  std::string Text = readable(About);
  StringRef Name = Text;
  if (Name.contains('\''))
    Name = Name.split('\'').second.split('\'').first;
  auto It = Texts.find(G.Source);
  unsigned Line = It == Texts.end() || !Name.contains('.') ? 0 : It->second.declares(Name.rsplit('.').second);
  return {G.Source, Line ? Line : 1};
}

/// __pyx_pw_3pkg_3mod_5area: prefix, then each enclosing scope with the length of its name, then the name; that of a
/// Python function begins with a number of its own. Empty for what the source has no name for.
static std::string sourceName(StringRef Name) {
  static constexpr struct {
    StringLiteral Prefix;
    bool Numbered;
  } Kinds[] = {{"__pyx_pw_", true},        {"__pyx_pf_", true},          {"__pyx_gb_", true},
               {"__pyx_f_", false},        {"__pyx_v_", false},          {"__pyx_obj_", false},
               {"__pyx_tp_new_", false},   {"__pyx_tp_dealloc_", false}, {"__pyx_tp_traverse_", false},
               {"__pyx_tp_clear_", false}, {"__pyx_type_", false}};
  for (const auto &Kind : Kinds) {
    StringRef Rest = Name;
    if (!Rest.consume_front(Kind.Prefix))
      continue;
    SmallVector<StringRef, 4> Scopes;
    for (;;) {
      StringRef Tail = Rest;
      size_t Length;
      if (Tail.consumeInteger(10, Length) || Tail.size() <= Length || Tail[Length] != '_')
        break;
      Scopes.push_back(Tail.take_front(Length));
      Rest = Tail.drop_front(Length + 1);
    }
    StringRef Own = Kind.Numbered && !Scopes.empty() ? Rest.ltrim("0123456789") : Rest;
    Scopes.push_back(Own.empty() ? Rest : Own);
    return join(Scopes, ".");
  }
  return {};
}

/// What the C asks for, as the source writes it.
static void inCython(std::string &Text) {
  static constexpr std::pair<StringLiteral, StringLiteral> Words[] = {
      {"(Py_BLOCK_THREADS ... Py_UNBLOCK_THREADS)", "(with gil:)"},
      {"'__pyx_m'", "its state in static storage"},
      {"(Py_BEGIN_ALLOW_THREADS)", "(with nogil:)"},
      {"with PyGILState_Ensure before the first use and release on every path",
       "before the first use: with gil:, or declare the function 'noexcept with gil'"},
      {"(Py_BEGIN_ALLOW_THREADS, py::gil_scoped_release)", "(with nogil:)"},
      {"(Py_BLOCK_THREADS or Py_END_ALLOW_THREADS)", "(with gil:)"},
      {"attach with PyGILState_Ensure: each thread", "use with gil: there; each thread"},
      {"attach with PyGILState_Ensure", "attach (with gil:)"},
      {"Py_BEGIN_CRITICAL_SECTION2(a, b)", "with cython.critical_section(a, b):"},
      {"hold a critical section on the object (3.13) or a lock wherever the field is used, or make it atomic",
       "use the field under 'with cython.critical_section(self):' (Cython 3.1) or a lock everywhere, or make it "
       "atomic"},
      {"attach to the interpreter saved at module creation (PyThreadState_New; from 3.15 PyThreadState_Ensure)",
       "Cython knows no other way to attach: keep Python out of callbacks and parallel loops, or declare no support "
       "for "
       "several interpreters"},
      {"call PyObject_GC_UnTrack before the release",
       "keep the GIL in __dealloc__, or make the class @cython.no_gc if it is in no reference cycle"},
      {"get the memory with PyObject_GetBuffer, `y*` or `w*` and release it after attaching again",
       "take the argument as a memoryview (const unsigned char[::1]), which holds the buffer"}};
  for (auto [C, Cython] : Words)
    if (size_t At = Text.find(C.str()); At != std::string::npos)
      Text.replace(At, C.size(), Cython.str());
}

std::string CythonPlaces::readable(StringRef Text) {
  std::string Out;
  while (!Text.empty()) {
    size_t At = Text.find("__pyx_");
    Out += Text.take_front(At);
    Text = Text.substr(At);
    StringRef Name = Text.take_while([](char C) { return isAlnum(C) || C == '_'; });
    std::string Known = sourceName(Name);
    if (Known.empty() && Name.starts_with("__pyx_pymod_exec_"))
      Known = "module body";
    StringRef Quoted = Text.drop_front(Name.size());
    if (Name.starts_with("__pyx_t_") && StringRef(Out).ends_with("'") && Quoted.consume_front("'")) {
      Out.pop_back(); // a temporary: the result of what the line computes
      Out += "this condition";
      Text = Quoted;
      continue;
    }
    Out += Known.empty() ? Name.str() : Known;
    Text = Text.drop_front(Name.size());
  }
  inCython(Out);
  return Out;
}

void CythonPlaces::translate(std::vector<Note> &Notes) const {
  std::vector<Note> Kept;
  for (Note &N : Notes) {
    if (isGenerated(N.Where.File) && !translate(N.Where))
      continue;
    auto Text = Texts.find(N.Where.File);
    if (StringRef(N.Message).starts_with("assuming ") && Text != Texts.end() && !Text->second.decides(N.Where.Line))
      continue; // an index in bounds, a call without an exception
    N.Message = readable(N.Message);
    // Several lines of C for one of the source.
    if (Kept.empty() || Kept.back().Message != N.Message || !(Kept.back().Where == N.Where))
      Kept.push_back(std::move(N));
  }
  Notes = std::move(Kept);
}

std::optional<Place> CythonPlaces::placeOf(const Finding &F) const {
  Place At = F.Where;
  auto It = ByFile.find(At.File);
  if (It == ByFile.end() || translate(At))
    return At;
  bool OfModule = F.Check && (F.Check->Group == "module" || F.Check->Group == "state");
  return OfModule ? std::optional(declaration(It->second, F.Message)) : std::nullopt;
}

bool CythonPlaces::translate(Finding &F) const {
  bool Here = isGenerated(F.Where.File);
  if (!Here && none_of(F.Notes, [&](const Note &N) { return isGenerated(N.Where.File); }))
    return true;
  std::optional<Place> At = placeOf(F);
  if (!At)
    return false;
  F.Where = *At;
  if (Here)
    F.Fixes.clear(); // the next run of Cython would undo them
  translate(F.Notes);
  F.Message = readable(F.Message);
  F.Function = readable(F.Function);
  return true;
}

} // namespace gilray::driver
