// list, explain, catalogue: the checks' records for people and for programs.
#include "config/CheckGlobs.h"
#include "driver/CommandLine.h"
#include "driver/Driver.h"
#include "driver/Log.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace gilray::driver {

using namespace llvm;

static StringRef ref(std::string_view S) { return {S.data(), S.size()}; }

static StringRef maturityName(Maturity M) {
  switch (M) {
  case Maturity::Preview:
    return "preview";
  case Maturity::Stable:
    return "stable";
  case Maturity::Deprecated:
    return "deprecated";
  }
  llvm_unreachable("all maturities have a name");
}

static StringRef fixName(FixKind F) {
  switch (F) {
  case FixKind::None:
    return "none";
  case FixKind::Suggested:
    return "suggested";
  case FixKind::Safe:
    return "safe";
  }
  llvm_unreachable("all kinds of fixes have a name");
}

int runList(const Invocation &Inv, const Context &C) {
  size_t Width = 0;
  for (const CheckInfo *Check : allChecks())
    Width = std::max(Width, Check->Name.size() + 7);
  auto Row = [&](const Twine &Name, StringRef Sev, StringRef State, StringRef Group, StringRef Summary) {
    C.Out << left_justify(Name.str(), Width + 2) << left_justify(Sev, 10) << left_justify(State, 12)
          << left_justify(Group, 14) << Summary << '\n';
  };
  Row("CHECK", "SEVERITY", "MATURITY", "GROUP", "FINDS");
  for (const CheckInfo *Check : allChecks())
    Row("gilray-" + ref(Check->Name), severityName(Check->Default), maturityName(Check->State), ref(Check->Group),
        ref(Check->Summary));
  return Nothing;
}

static void paragraph(raw_ostream &OS, StringRef Heading, StringRef Text) {
  constexpr size_t Width = 96;
  OS << '\n' << Heading << '\n';
  SmallVector<StringRef, 64> Lines;
  Text.split(Lines, '\n');
  for (StringRef Line : Lines) {
    SmallVector<StringRef, 64> Words;
    Line.split(Words, ' ', -1, false);
    size_t Column = 0;
    for (StringRef W : Words) {
      if (Column && Column + 1 + W.size() > Width) {
        OS << '\n';
        Column = 0;
      }
      OS << (Column ? " " : "  ") << W;
      Column += 1 + W.size();
    }
    OS << '\n';
  }
}

static void examples(raw_ostream &OS, StringRef Heading, std::span<const Example> List) {
  for (const Example &E : List) {
    OS << '\n' << Heading << ": " << ref(E.Title) << "\n\n";
    SmallVector<StringRef, 64> Lines;
    ref(E.Code).trim('\n').split(Lines, '\n');
    for (StringRef Line : Lines)
      OS << (Line.empty() ? "" : "    ") << Line << '\n';
  }
}

int runExplain(const Invocation &Inv, const Context &C) {
  Log L(C.Err, false, C.ErrIsTerminal);
  if (Inv.Inputs.empty()) {
    L.error("name a check, as in 'gilray explain detached-api-call'; 'gilray list' shows them");
    return Failed;
  }
  for (const std::string &Name : Inv.Inputs) {
    const CheckInfo *Check = findCheck(Name);
    if (!Check) {
      L.error(config::unknownCheck(Name));
      return Failed;
    }
    raw_ostream &OS = C.Out;
    OS << "gilray-" << ref(Check->Name) << ": " << ref(Check->Summary) << '\n';
    OS << severityName(Check->Default) << ", " << maturityName(Check->State);
    if (!Check->ReviewBy.empty())
      OS << " (to be reviewed for " << ref(Check->ReviewBy) << ')';
    OS << ", group " << ref(Check->Group) << ", since " << ref(Check->Since) << '\n';
    paragraph(OS, "What it finds", ref(Check->What));
    paragraph(OS, "Why it matters", ref(Check->Why));
    paragraph(OS, "What to do", ref(Check->Remedy));
    paragraph(OS, "What it does not see", ref(Check->Limits));
    for (const Option &O : Check->Options)
      paragraph(OS, ("Option " + ref(O.Name) + " (" + ref(O.Type) + ", default " + ref(O.Default) + ")").str(),
                ref(O.Doc));
    examples(OS, "Wrong", Check->Bad);
    examples(OS, "Right", Check->Good);
    OS << '\n';
  }
  return Nothing;
}

int runCatalogue(const Invocation &Inv, const Context &C) {
  if (!Inv.Json) {
    Log(C.Err, false, C.ErrIsTerminal)
        .error("the catalogue is for programs: 'gilray catalogue --json'; for people there is 'gilray list'");
    return Failed;
  }
  json::OStream J(C.Out, 2);
  auto Text = [&](StringRef Key, std::string_view Value) { J.attribute(Key, json::fixUTF8(ref(Value))); };
  auto Examples = [&](StringRef Key, std::span<const Example> List) {
    J.attributeArray(Key, [&] {
      for (const Example &E : List)
        J.object([&] {
          Text("title", E.Title);
          Text("code", E.Code);
        });
    });
  };
  J.object([&] {
    J.attribute("schema_version", 1);
    J.attributeObject("tool", [&] {
      J.attribute("name", "gilray");
      J.attribute("version", GILRAY_VERSION);
    });
    J.attributeArray("checks", [&] {
      for (const CheckInfo *Check : allChecks())
        J.object([&] {
          J.attribute("name", ("gilray-" + ref(Check->Name)).str());
          Text("group", Check->Group);
          Text("summary", Check->Summary);
          J.attribute("severity", severityName(Check->Default));
          J.attribute("maturity", maturityName(Check->State));
          Text("since", Check->Since);
          Text("review_by", Check->ReviewBy);
          J.attribute("fix", fixName(Check->Fix));
          Text("what", Check->What);
          Text("why", Check->Why);
          Text("remedy", Check->Remedy);
          Text("limits", Check->Limits);
          J.attributeArray("options", [&] {
            for (const Option &O : Check->Options)
              J.object([&] {
                Text("name", O.Name);
                Text("type", O.Type);
                Text("default", O.Default);
                Text("doc", O.Doc);
              });
          });
          Examples("bad", Check->Bad);
          Examples("good", Check->Good);
        });
    });
  });
  J.flush();
  C.Out << '\n';
  return Nothing;
}

} // namespace gilray::driver
