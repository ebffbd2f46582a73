// The readiness report as JSON.
#include "report/Readiness.h"
#include "report/Report.h"
#include "llvm/Support/JSON.h"

namespace gilray::report {

using namespace llvm;
using link::Declaration;

namespace {

StringRef stateName(Declaration::Kind K) {
  switch (K) {
  case Declaration::Absent:
    return "absent";
  case Declaration::Declared:
    return "declared";
  case Declaration::Hidden:
    return "hidden";
  case Declaration::Unreadable:
    return "unreadable";
  case Declaration::NoHeaders:
    return "no-headers";
  }
  llvm_unreachable("all states are named");
}

class JsonWriter {
public:
  JsonWriter(const ReadinessReport &R, raw_ostream &OS) : R(R), J(OS, 2) {}

  void write() {
    J.object([&] {
      J.attribute("schema_version", 1);
      J.attributeObject("tool", [&] {
        J.attribute("name", "gilray");
        J.attribute("version", GILRAY_VERSION);
      });
      J.attribute("successful", R.Successful);
      J.attributeArray("modules", [&] {
        for (const ModuleReport &M : R.Modules)
          J.object([&] { module(M); });
      });
      J.attributeArray("incomplete", [&] {
        for (const Incomplete &I : R.Unjudged)
          J.object([&] {
            place(I.Where);
            text("function", I.Function);
            text("reason", I.Reason);
          });
      });
    });
    J.flush();
  }

private:
  const ReadinessReport &R;
  json::OStream J;

  void text(StringRef Key, StringRef Text) { J.attribute(Key, json::fixUTF8(Text)); }
  void place(const Place &P) {
    text("file", P.File.empty() ? "" : relativePath(P.File, R.Directory));
    J.attribute("line", P.Line);
    J.attribute("column", P.Col);
  }

  void module(const ModuleReport &M) {
    const readiness::ModuleFacts &F = M.facts();
    text("name", F.Name);
    J.attribute("form", readiness::formName(F.Form));
    J.attribute("cython", F.Cython);
    place(F.Where);
    J.attributeArray("goals", [&] {
      for (const JudgedModule &V : M.Versions)
        for (const readiness::GoalVerdict &G : V.Verdicts)
          J.object([&] { goal(V, G); });
    });
  }

  void goal(const JudgedModule &M, const readiness::GoalVerdict &G) {
    J.attribute("goal", readiness::goalName(G.Goal));
    text("python", M.Facts.Python);
    J.attribute("verdict", readiness::verdictName(G.Is));
    J.attributeObject("declaration", [&] {
      J.attribute("state", stateName(G.Says.State));
      if (G.Says.State == Declaration::Declared)
        J.attribute("value", G.Says.Value);
      if (!G.Says.Condition.empty())
        text("condition", G.Says.Condition);
      if (!G.Says.Where.File.empty())
        place(G.Says.Where);
    });
    if (!G.Line.empty())
      text("earned_line", G.Line);
    J.attributeArray("blockers", [&] {
      for (const evidence::Fact &F : G.Blockers)
        J.object([&] { fact(F); });
    });
    J.attributeArray("concerns", [&] {
      for (const evidence::Fact &F : G.Concerns)
        J.object([&] { fact(F); });
    });
    J.attributeArray("not_judged", [&] {
      for (const std::string &Reason : G.Because)
        J.object([&] {
          text("reason", Reason);
          place(G.Says.Where);
        });
      for (const evidence::Unseen &U : G.Unseen)
        J.object([&] {
          text("reason", U.Reason);
          place(U.Where);
        });
    });
    J.attribute("suppressed", M.Suppressed);
  }

  void fact(const evidence::Fact &F) {
    J.attribute("kind", readiness::kindName(F.What));
    text("subject", F.Subject);
    text("message", F.Says);
    text("remedy", F.Remedy);
    text("function", F.Function);
    place(F.Where);
    J.attributeArray("notes", [&] {
      for (const Note &N : F.Notes)
        J.object([&] {
          text("message", N.Message);
          place(N.Where);
        });
    });
  }
};

} // namespace

void writeReadinessJson(const ReadinessReport &R, raw_ostream &OS) {
  JsonWriter(R, OS).write();
  OS << '\n';
}

} // namespace gilray::report
