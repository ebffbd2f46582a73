// Findings read back from JSON, for `gilray report`.
#include "report/Path.h"
#include "report/Report.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace gilray::report {

using namespace llvm;

namespace {

class Reader {
public:
  Reader(StringRef Name, StringRef Directory) : Name(Name), Directory(Directory) {}

  Expected<Report> report(const json::Value &V) {
    const json::Object *Root = V.getAsObject();
    const json::Array *Findings = Root ? Root->getArray("findings") : nullptr;
    if (!Findings || !Root->get("incomplete"))
      return bad("not a report of 'gilray check --format json'");
    if (Root->getInteger("schema_version") != 1)
      return bad("written by a newer gilray");
    Report R;
    R.Directory = Directory.str();
    R.Successful = Root->getBoolean("successful").value_or(true);
    R.Targets = texts(*Root, "targets");
    for (const std::string &File : texts(*Root, "files"))
      R.Files.push_back(absolute(File));
    for (const json::Object &F : objects(*Root, "findings")) {
      Finding Read = finding(F);
      if (!Read.Check)
        return bad("this gilray knows no check '" + text(F, "check") + "'");
      R.Findings.push_back(std::move(Read));
    }
    for (const json::Object &I : objects(*Root, "incomplete"))
      R.Unjudged.push_back({place(I), text(I, "function"), text(I, "reason")});
    return R;
  }

private:
  StringRef Name, Directory;

  Error bad(const Twine &What) { return createStringError(Name + ": " + What); }

  static std::string text(const json::Object &O, StringRef Key) { return O.getString(Key).value_or("").str(); }
  static std::vector<std::string> texts(const json::Object &O, StringRef Key) {
    std::vector<std::string> Out;
    if (const json::Array *A = O.getArray(Key))
      for (const json::Value &V : *A)
        Out.push_back(V.getAsString().value_or("").str());
    return Out;
  }
  static std::vector<json::Object> objects(const json::Object &O, StringRef Key) {
    std::vector<json::Object> Out;
    if (const json::Array *A = O.getArray(Key))
      for (const json::Value &V : *A)
        if (const json::Object *Each = V.getAsObject())
          Out.push_back(*Each);
    return Out;
  }
  std::string absolute(StringRef Path) const {
    SmallString<256> Full(Path);
    if (!Path.empty())
      sys::path::make_absolute(Directory, Full);
    return std::string(Full);
  }
  Place place(const json::Object &O) const {
    auto Number = [&](StringRef Key) { return static_cast<unsigned>(O.getInteger(Key).value_or(0)); };
    return {absolute(text(O, "file")), Number("line"), Number("column"), Number("end_line"), Number("end_column")};
  }
  static Severity severity(StringRef Word) {
    return Word == "error" ? Severity::Error : Word == "note" ? Severity::Note : Severity::Warning;
  }
  static NoteKind kind(StringRef Word) {
    if (Word == "macro")
      return NoteKind::Macro;
    if (Word == "why")
      return NoteKind::Why;
    if (Word == "remedy")
      return NoteKind::Remedy;
    return Word == "related" ? NoteKind::Related : NoteKind::Path;
  }

  static ThreadState state(const json::Object &O) {
    StringRef Word = text(O, "thread_state");
    return Word == stateWord(ThreadState::Attached)   ? ThreadState::Attached
           : Word == stateWord(ThreadState::Detached) ? ThreadState::Detached
                                                      : ThreadState::Unknown;
  }

  Finding finding(const json::Object &O) const {
    Finding F;
    F.Check = findCheck(text(O, "check"));
    F.Sev = severity(text(O, "severity"));
    F.Message = text(O, "message");
    F.Where = place(O);
    F.Function = text(O, "function");
    F.Module = text(O, "module");
    F.State = state(O);
    F.Targets = texts(O, "targets");
    F.Fingerprint = text(O, "fingerprint");
    for (const json::Object &N : objects(O, "notes"))
      F.Notes.push_back({kind(text(N, "kind")),
                         text(N, "message"),
                         N.get("file") ? place(N) : Place(),
                         {},
                         state(N),
                         static_cast<unsigned>(N.getInteger("thread").value_or(0))});
    for (const json::Object &X : objects(O, "fixes")) {
      Fix &Into = F.Fixes.emplace_back();
      Into.Title = text(X, "title");
      Into.Safe = X.getBoolean("safe").value_or(false);
      for (const json::Object &E : objects(X, "edits"))
        Into.Edits.push_back({place(E), text(E, "text")});
    }
    return F;
  }
};

} // namespace

Expected<Report> readJson(StringRef Text, StringRef Name, StringRef Directory) {
  auto V = json::parse(Text);
  if (!V)
    return createStringError(Name + ": " + toString(V.takeError()));
  return Reader(Name, Directory).report(*V);
}

} // namespace gilray::report
