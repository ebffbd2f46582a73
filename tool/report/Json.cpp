// The findings as JSON.
#include "llvm/Support/JSON.h"
#include "report/Path.h"
#include "report/Report.h"
#include "llvm/ADT/StringExtras.h"

namespace gilray::report {

using namespace llvm;

static StringRef severityWord(Severity S) {
  switch (S) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("all severities have a word");
}

static StringRef noteWord(NoteKind K) {
  switch (K) {
  case NoteKind::Path:
    return "path";
  case NoteKind::Macro:
    return "macro";
  case NoteKind::Why:
    return "why";
  case NoteKind::Remedy:
    return "remedy";
  case NoteKind::Related:
    return "related";
  }
  llvm_unreachable("all kinds have a word");
}

StringRef stateWord(ThreadState S) {
  switch (S) {
  case ThreadState::Unknown:
    return "";
  case ThreadState::Attached:
    return "attached";
  case ThreadState::Detached:
    return "detached";
  }
  llvm_unreachable("all states have a word");
}

namespace {

class Writer {
public:
  Writer(const Report &R, raw_ostream &OS) : R(R), J(OS, 2) {}

  void write() {
    J.object([&] {
      J.attribute("schema_version", 1);
      J.attributeObject("tool", [&] {
        J.attribute("name", "gilray");
        J.attribute("version", GILRAY_VERSION);
      });
      J.attribute("successful", R.Successful);
      J.attributeArray("targets", [&] {
        for (const std::string &T : R.Targets)
          J.value(T);
      });
      J.attributeArray("files", [&] {
        for (const std::string &F : R.Files)
          J.value(path(F));
      });
      J.attributeArray("findings", [&] {
        for (const Finding &F : R.Findings)
          J.object([&] { finding(F); });
      });
      J.attributeArray("incomplete", [&] {
        for (const Incomplete &I : R.Unjudged)
          J.object([&] {
            J.attribute("file", path(I.Where.File));
            J.attribute("line", I.Where.Line);
            text("function", I.Function);
            text("reason", I.Reason);
          });
      });
    });
    J.flush();
  }

private:
  const Report &R;
  json::OStream J;

  // Source text and file names may hold any bytes; JSON may not.
  void text(StringRef Key, StringRef Text) { J.attribute(Key, json::fixUTF8(Text)); }
  std::string path(StringRef Path) { return json::fixUTF8(relativePath(Path, R.Directory)); }

  void state(ThreadState S) {
    if (S != ThreadState::Unknown)
      J.attribute("thread_state", stateWord(S));
  }

  void place(const Place &P) {
    J.attribute("file", path(P.File));
    J.attribute("line", P.Line);
    J.attribute("column", P.Col);
    J.attribute("end_line", P.EndLine ? P.EndLine : P.Line);
    J.attribute("end_column", P.EndCol ? P.EndCol : P.Col);
  }

  void finding(const Finding &F) {
    J.attribute("check", "gilray-" + std::string(F.Check->Name));
    J.attribute("severity", severityWord(F.Sev));
    text("message", F.Message);
    place(F.Where);
    text("function", F.Function);
    text("module", F.Module);
    state(F.State);
    J.attributeArray("targets", [&] {
      for (const std::string &T : F.Targets)
        J.value(T);
    });
    J.attributeArray("notes", [&] {
      for (const Note &N : F.Notes)
        J.object([&] {
          J.attribute("kind", noteWord(N.Kind));
          text("message", N.Message);
          if (!N.Where.File.empty())
            place(N.Where);
          state(N.After);
          if (N.Thread)
            J.attribute("thread", N.Thread);
        });
    });
    J.attributeArray("fixes", [&] {
      for (const Fix &X : F.Fixes)
        J.object([&] {
          text("title", X.Title);
          J.attribute("safe", X.Safe);
          J.attributeArray("edits", [&] {
            for (const Edit &E : X.Edits)
              J.object([&] {
                place(E.Where);
                text("text", E.Text);
              });
          });
        });
    });
    J.attribute("fingerprint", F.Fingerprint);
  }
};

} // namespace

void writeJson(const Report &R, raw_ostream &OS) {
  Writer(R, OS).write();
  OS << '\n';
}

} // namespace gilray::report
