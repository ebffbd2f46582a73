// The findings as SARIF 2.1.0: rules from the records, the witness as code flow, what was not judged as notifications.
#include "report/Path.h"
#include "report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace gilray::report {

using namespace llvm;

namespace {

constexpr StringRef SchemaUri =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string sv(std::string_view S) { return json::fixUTF8(StringRef(S.data(), S.size())); }

StringRef level(Severity S) {
  switch (S) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("all severities have a level");
}

/// A path as a URI reference: everything but unreserved characters and '/' is percent-encoded.
std::string uri(StringRef Path) {
  std::string Out;
  for (unsigned char C : Path) {
    if (isAlnum(C) || StringRef("-._~/").contains(C))
      Out += C;
    else
      Out += "%" + utohexstr(C, false, 2);
  }
  return Out;
}

class Writer {
public:
  Writer(const Report &R, Sources &S, raw_ostream &OS) : R(R), S(S), J(OS, 2) {
    for (const Finding &F : R.Findings)
      if (!is_contained(Rules, F.Check))
        Rules.push_back(F.Check);
    llvm::sort(Rules, [](const CheckInfo *A, const CheckInfo *B) { return A->Name < B->Name; });
  }

  void write() {
    J.object([&] {
      J.attribute("$schema", SchemaUri);
      J.attribute("version", "2.1.0");
      J.attributeArray("runs", [&] {
        J.object([&] {
          J.attributeObject("tool", [&] { J.attributeObject("driver", [&] { driver(); }); });
          J.attributeArray("invocations", [&] { J.object([&] { invocation(); }); });
          J.attributeObject("originalUriBaseIds", [&] {
            J.attributeObject("SRCROOT", [&] { J.attribute("uri", "file://" + uri(R.Directory) + "/"); });
          });
          J.attributeArray("artifacts", [&] {
            for (const std::string &F : R.Files)
              J.object([&] { J.attributeObject("location", [&] { artifact(F); }); });
          });
          J.attribute("columnKind", "utf16CodeUnits");
          J.attributeArray("results", [&] {
            for (const Finding &F : R.Findings)
              J.object([&] { result(F); });
          });
        });
      });
    });
    J.flush();
  }

private:
  const Report &R;
  Sources &S;
  json::OStream J;
  std::vector<const CheckInfo *> Rules;

  void message(StringRef Key, StringRef Text) {
    J.attributeObject(Key, [&] { J.attribute("text", json::fixUTF8(Text)); });
  }

  void driver() {
    J.attribute("name", "gilray");
    J.attribute("version", GILRAY_VERSION);
    J.attribute("semanticVersion", GILRAY_VERSION);
    J.attributeArray("rules", [&] {
      for (const CheckInfo *C : Rules)
        J.object([&] {
          J.attribute("id", "gilray-" + sv(C->Name));
          message("shortDescription", sv(C->Summary));
          message("fullDescription", sv(C->What));
          message("help", sv(C->Why) + "\n\n" + sv(C->Remedy));
          J.attributeObject("defaultConfiguration", [&] { J.attribute("level", level(C->Default)); });
          J.attributeObject("properties", [&] {
            J.attributeArray("tags", [&] {
              J.value(sv(C->Group));
              if (C->State == Maturity::Preview)
                J.value("preview");
            });
          });
        });
    });
  }

  void invocation() {
    J.attribute("executionSuccessful", R.Successful);
    J.attributeArray("toolExecutionNotifications", [&] {
      for (const Incomplete &I : R.Unjudged)
        J.object([&] {
          J.attribute("level", "note");
          message("message", (I.Function.empty() ? "file" : "function '" + I.Function + "'") +
                                 " not judged completely: " + I.Reason);
          if (!I.Where.File.empty())
            J.attributeArray("locations", [&] { J.object([&] { physical(I.Where); }); });
        });
    });
  }

  void artifact(StringRef Path) {
    std::string Relative = relativePath(Path, R.Directory);
    if (StringRef(Relative).starts_with("/")) {
      J.attribute("uri", "file://" + uri(Relative));
      return;
    }
    J.attribute("uri", uri(Relative));
    J.attribute("uriBaseId", "SRCROOT");
  }

  /// Byte column -> UTF-16 column, both from 1.
  unsigned column(const Place &P, unsigned Line, unsigned Bytes) {
    StringRef Text = S.line(P.File, Line).take_front(Bytes - 1);
    SmallVector<UTF16, 128> Wide;
    // Bytes that are no UTF-8 count one each, as they are shown.
    if (!json::isUTF8(Text) || !convertUTF8ToUTF16String(Text, Wide))
      return Bytes;
    return Wide.size() + 1;
  }

  void physical(const Place &P) {
    J.attributeObject("physicalLocation", [&] {
      J.attributeObject("artifactLocation", [&] { artifact(P.File); });
      if (!P.Line)
        return;
      J.attributeObject("region", [&] {
        J.attribute("startLine", P.Line);
        if (P.Col)
          J.attribute("startColumn", column(P, P.Line, P.Col));
        if (P.EndLine >= P.Line && P.EndCol) {
          J.attribute("endLine", P.EndLine);
          J.attribute("endColumn", column(P, P.EndLine, P.EndCol));
        }
      });
    });
  }

  void result(const Finding &F) {
    std::string Text = F.Message;
    for (const Note &N : F.Notes)
      if (N.Where.File.empty())
        Text += "\n" + N.Message;
    J.attribute("ruleId", "gilray-" + sv(F.Check->Name));
    J.attribute("ruleIndex", static_cast<int64_t>(llvm::find(Rules, F.Check) - Rules.begin()));
    J.attribute("level", level(F.Sev));
    message("message", Text);
    J.attributeArray("locations", [&] {
      J.object([&] {
        physical(F.Where);
        if (!F.Function.empty())
          J.attributeArray("logicalLocations", [&] {
            J.object([&] {
              J.attribute("fullyQualifiedName", json::fixUTF8(F.Function));
              J.attribute("kind", "function");
            });
          });
      });
    });
    J.attributeObject("partialFingerprints", [&] { J.attribute("gilray/v1", F.Fingerprint); });
    flow(F);
    related(F);
    if (!F.Fixes.empty())
      J.attributeArray("fixes", [&] {
        for (const Fix &X : F.Fixes)
          J.object([&] { fix(X); });
      });
    if (!F.Targets.empty())
      J.attributeObject("properties", [&] {
        J.attributeArray("targets", [&] {
          for (const std::string &T : F.Targets)
            J.value(T);
        });
      });
  }

  void noted(const Place &P, StringRef Message) {
    physical(P);
    message("message", Message);
  }

  static bool isStep(const Note &N) { return N.Kind == NoteKind::Path && !N.Where.File.empty(); }

  void flow(const Finding &F) {
    if (none_of(F.Notes, isStep))
      return;
    std::vector<PathStep> Steps = pathOf(F);
    std::map<unsigned, std::vector<const PathStep *>> ByThread;
    for (const PathStep &S : Steps)
      ByThread[S.Thread].push_back(&S);
    J.attributeArray("codeFlows", [&] {
      J.object([&] {
        J.attributeArray("threadFlows", [&] {
          for (const auto &[Thread, Mine] : ByThread)
            J.object([&] {
              if (Thread)
                J.attribute("id", "thread " + std::to_string(Thread));
              J.attributeArray("locations", [&] {
                for (const PathStep *S : Mine)
                  J.object([&] { threadFlowLocation(*S, S - Steps.data()); });
              });
            });
        });
      });
    });
  }

  /// Order: where the step stands in the whole story, of which several threads tell parts.
  void threadFlowLocation(const PathStep &S, unsigned Order) {
    J.attributeObject("location", [&] { noted(S.Where, S.Message); });
    J.attribute("executionOrder", Order);
    if (S.After != ThreadState::Unknown)
      J.attributeObject("state", [&] { message("thread state", stateWord(S.After)); });
  }

  void related(const Finding &F) {
    auto Is = [](const Note &N) { return N.Kind != NoteKind::Path && !N.Where.File.empty(); };
    if (none_of(F.Notes, Is))
      return;
    J.attributeArray("relatedLocations", [&] {
      for (const Note &N : F.Notes)
        if (Is(N))
          J.object([&] { noted(N.Where, N.Message); });
    });
  }

  void fix(const Fix &X) {
    message("description", X.Title);
    std::vector<std::string> Paths;
    for (const Edit &E : X.Edits)
      if (!is_contained(Paths, E.Where.File))
        Paths.push_back(E.Where.File);
    J.attributeArray("artifactChanges", [&] {
      for (const std::string &File : Paths)
        J.object([&] {
          J.attributeObject("artifactLocation", [&] { artifact(File); });
          J.attributeArray("replacements", [&] {
            for (const Edit &E : X.Edits)
              if (E.Where.File == File)
                J.object([&] { replacement(E); });
          });
        });
    });
  }

  void replacement(const Edit &E) {
    const Place &P = E.Where;
    J.attributeObject("deletedRegion", [&] {
      J.attribute("startLine", P.Line);
      J.attribute("startColumn", column(P, P.Line, P.Col));
      J.attribute("endLine", P.EndLine);
      J.attribute("endColumn", column(P, P.EndLine, P.EndCol));
    });
    message("insertedContent", E.Text);
  }
};

} // namespace

void writeSarif(const Report &R, Sources &S, raw_ostream &OS) {
  Writer(R, S, OS).write();
  OS << '\n';
}

} // namespace gilray::report
