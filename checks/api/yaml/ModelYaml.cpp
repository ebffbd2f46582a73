// Reads functions, types and roots of the API model. One table per kind of entry maps a key to what it sets, so that
// the list of known keys, the reader and "did you mean" cannot drift apart.
#include "api/yaml/ModelYaml.h"
#include "api/yaml/ModelNames.h"
#include "api/yaml/ModelYamlNode.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"
#include <map>
#include <set>

namespace gilray::api {
namespace {

constexpr int MaxArg = 31; // Steals and OwnsArgs hold one bit per argument

struct Store {
  llvm::BumpPtrAllocator Alloc;
  llvm::UniqueStringSaver Strings{Alloc};
};

/// An entry under construction: whether Need and Weight were written decides what is inferred (see settle()).
struct FunctionDraft : Entry {
  bool NeedWritten = false, WeightWritten = false;
};

class ModelReader {
public:
  ModelReader(yaml::Reader &R) : R(R), S(std::make_shared<Store>()) {}

  void section(const YAML::Node &N, StringRef What, bool Nested);
  ParsedModel take() {
    Out.Storage = S;
    return std::move(Out);
  }

  // ---- values, used by the key tables
  template <class E> void word(const YAML::Node &N, StringRef What, llvm::ArrayRef<StringRef> Names, E &To) {
    if (auto I = R.oneOf(N, What, Names))
      To = E(*I);
  }
  void text(const YAML::Node &N, StringRef What, StringRef &To) {
    if (auto T = R.text(N, What))
      To = S->Strings.save(*T);
  }
  void arg(const YAML::Node &N, StringRef What, int8_t &To) {
    if (auto I = R.integer(N, What, 0, MaxArg))
      To = int8_t(*I);
  }
  void args(const YAML::Node &N, StringRef What, uint32_t &To) {
    To = 0;
    R.eachElement(N, What, [&](const YAML::Node &Element) {
      if (auto I = R.integer(Element, What, 0, MaxArg))
        To |= 1u << *I;
    });
  }
  void names(const YAML::Node &N, StringRef What, llvm::ArrayRef<StringRef> &To) {
    std::vector<StringRef> List;
    R.eachElement(N, What, [&](const YAML::Node &Element) {
      StringRef Name;
      text(Element, What, Name);
      List.push_back(Name);
    });
    To = llvm::ArrayRef(List).copy(S->Alloc);
  }
  void version(const YAML::Node &N, StringRef What, Version &To);
  void replacement(const YAML::Node &N, Entry &To);
  void callbacks(const YAML::Node &N, Entry &To);
  template <class T> void flags(const YAML::Node &N, T &To, llvm::ArrayRef<std::pair<StringRef, bool T::*>> Flags);

private:
  struct Defaults {
    HeaderClass Home = HeaderClass::Python;
    FunctionDraft Function;
    TypeEntry Type;
  };

  yaml::Reader &R;
  std::shared_ptr<Store> S;
  ParsedModel Out;
  Defaults Current;
  std::set<std::pair<StringRef, HeaderClass>> SeenFunctions;
  std::set<StringRef> SeenTypes;
  std::set<std::pair<StringRef, StringRef>> SeenRoots;
  std::set<StringRef> SeenBlocking;

  void functionKeys(const YAML::Node &N, StringRef What, FunctionDraft &To);
  void settle(const YAML::Node &At, FunctionDraft &E);
  void functions(const YAML::Node &N);
  void types(const YAML::Node &N);
  void roots(const YAML::Node &N);
  void root(const YAML::Node &N, RootEntry &To);
  void names(const YAML::Node &N);
  void blocking(const YAML::Node &N);
  void aliases(const YAML::Node &N);
};

template <class T> struct KeyOf {
  StringRef Key;
  void (*Set)(ModelReader &, const YAML::Node &, T &);
};

constexpr std::pair<StringRef, bool Entry::*> FunctionFlags[] = {
    {"blocks", &Entry::Blocks},
    {"no-return", &Entry::NoReturn},
    {"pure", &Entry::Pure},
    {"signal-safe", &Entry::AsyncSignalSafe},
    {"shared-static", &Entry::SharedStatic},
    {"process-wide", &Entry::ProcessWide},
    {"gilstate", &Entry::GilState},
    {"expand", &Entry::Expand},
    {"forks", &Entry::Forks},
    {"jumps", &Entry::Jumps},
    {"sets-null", &Entry::SetsNull},
    {"untracks", &Entry::Untracks},
    {"saves-exception", &Entry::SavesException},
    {"ufunc-loops", &Entry::UfuncLoops},
    {"shared", &Entry::Shared},
    {"recursive", &Entry::Recursive},
    {"zero-holds", &Entry::ZeroHolds},
    {"allocates", &Entry::Allocates},
    {"counts-up", &Entry::CountsUp},
    {"exports", &Entry::Exports},
    {"refcount", &Entry::RefCount},
    {"makes-object", &Entry::MakesObject},
    {"iterates", &Entry::Iterates},
    {"swaps", &Entry::Swaps},
    {"exchanges", &Entry::Exchanges},
    {"makes-owned", &Entry::MakesOwned},
    {"atomic", &Entry::Atomic},
};
constexpr std::pair<StringRef, bool TypeEntry::*> TypeFlags[] = {
    {"holder", &TypeEntry::Holder},
    {"handle", &TypeEntry::Handle},
    {"shared-owner", &TypeEntry::SharedOwner},
    {"starts-thread", &TypeEntry::StartsThread},
    {"joins-on-destroy", &TypeEntry::JoinsOnDestroy},
    {"lock", &TypeEntry::IsLock},
    {"callable", &TypeEntry::Callable},
    {"lock-guard", &TypeEntry::LockGuard},
    {"defers-lock", &TypeEntry::DefersLock},
    {"adopts-lock", &TypeEntry::AdoptsLock},
    {"tries-lock", &TypeEntry::TriesLock},
    {"in-place", &TypeEntry::InPlace},
    {"binds-constructor", &TypeEntry::BindsConstructor},
    {"thread-state", &TypeEntry::ThreadState},
    {"one-thread", &TypeEntry::OneThread},
};

using Node = YAML::Node;
const KeyOf<FunctionDraft> FunctionKeys[] = {
    {"home", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "home", names::Home, E.Home); }},
    {"needs",
     [](ModelReader &R, const Node &N, FunctionDraft &E) {
       R.word(N, "needs", names::Need, E.Needs);
       E.NeedWritten = true;
     }},
    {"use",
     [](ModelReader &R, const Node &N, FunctionDraft &E) {
       R.word(N, "use", names::Weight, E.Use);
       E.WeightWritten = true;
     }},
    {"does", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "does", names::Effect, E.Does); }},
    {"asks", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "asks", names::Query, E.Asks); }},
    {"detaches",
     [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "detaches", names::Degree, E.MayDetach); }},
    {"runs", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "runs", names::Degree, E.RunsPython); }},
    {"returns",
     [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "returns", names::Returns, E.Result); }},
    {"lender", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "lender", names::Lender, E.LentBy); }},
    {"removes",
     [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "removes", names::Removal, E.Removes); }},
    {"lock", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "lock", names::LockOp, E.Lock); }},
    {"kind", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "kind", names::LockKind, E.Kind); }},
    {"arg", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.arg(N, "arg", E.Arg); }},
    {"wait-arg", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.arg(N, "wait-arg", E.WaitArg); }},
    {"memory", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.word(N, "memory", names::Memory, E.Domain); }},
    {"frees", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.arg(N, "frees", E.Frees); }},
    {"null-ok", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.arg(N, "null-ok", E.NullOkArg); }},
    {"out", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.arg(N, "out", E.OutArg); }},
    {"flags", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.flags<Entry>(N, E, FunctionFlags); }},
    {"steals", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.args(N, "steals", E.Steals); }},
    {"replacement", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.replacement(N, E); }},
    {"since", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.version(N, "since", E.Since); }},
    {"until", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.version(N, "until", E.Until); }},
    {"note", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.text(N, "note", E.Note); }},
    {"callbacks", [](ModelReader &R, const Node &N, FunctionDraft &E) { R.callbacks(N, E); }},
};
const KeyOf<TypeEntry> TypeKeys[] = {
    {"home", [](ModelReader &R, const Node &N, TypeEntry &E) { R.word(N, "home", names::Home, E.Home); }},
    {"constructs",
     [](ModelReader &R, const Node &N, TypeEntry &E) { R.word(N, "constructs", names::Effect, E.Constructs); }},
    {"destroys", [](ModelReader &R, const Node &N, TypeEntry &E) { R.word(N, "destroys", names::Effect, E.Destroys); }},
    {"owns", [](ModelReader &R, const Node &N, TypeEntry &E) { R.args(N, "owns", E.OwnsArgs); }},
    {"deleter", [](ModelReader &R, const Node &N, TypeEntry &E) { R.arg(N, "deleter", E.DeleterArg); }},
    {"empties", [](ModelReader &R, const Node &N, TypeEntry &E) { R.names(N, "empties", E.Empties); }},
    {"changes", [](ModelReader &R, const Node &N, TypeEntry &E) { R.names(N, "changes", E.Changes); }},
    {"fills", [](ModelReader &R, const Node &N, TypeEntry &E) { R.names(N, "fills", E.Fills); }},
    {"gives-up", [](ModelReader &R, const Node &N, TypeEntry &E) { R.names(N, "gives-up", E.GivesUp); }},
    {"flags", [](ModelReader &R, const Node &N, TypeEntry &E) { R.flags<TypeEntry>(N, E, TypeFlags); }},
    {"note", [](ModelReader &R, const Node &N, TypeEntry &E) { R.text(N, "note", E.Note); }},
};

template <class T, size_t Size> std::vector<StringRef> keysOf(const KeyOf<T> (&Table)[Size]) {
  std::vector<StringRef> Keys;
  for (const KeyOf<T> &K : Table)
    Keys.push_back(K.Key);
  return Keys;
}

template <class T, size_t Size>
void applyKeys(ModelReader &M, yaml::Reader &R, const Node &N, StringRef What, const KeyOf<T> (&Table)[Size], T &To) {
  if (N.IsNull()) // "PyObject_Repr:" — all defaults
    return;
  static const std::vector<StringRef> Known = keysOf(Table);
  R.eachKey(N, What, Known, [&](StringRef Key, const Node &, const Node &Value) {
    for (const KeyOf<T> &K : Table)
      if (K.Key == Key)
        K.Set(M, Value, To);
  });
}

void ModelReader::version(const YAML::Node &N, StringRef What, Version &To) {
  std::optional<std::string> T = R.text(N, What);
  if (!T)
    return;
  auto [Major, Minor] = StringRef(*T).split('.');
  unsigned A, B;
  if (Major.getAsInteger(10, A) || Minor.getAsInteger(10, B) || A > 255 || B > 255)
    return R.error(N, What + " must be a version such as 3.13");
  To = Version(A << 8 | B);
}

void ModelReader::replacement(const YAML::Node &N, Entry &To) {
  if (N.IsScalar())
    return text(N, "replacement", To.Replacement);
  static constexpr StringRef Keys[] = {"name", "since"};
  R.eachKey(N, "replacement", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) {
    if (Key == "name")
      text(Value, "replacement's name", To.Replacement);
    else
      version(Value, "replacement's since", To.ReplacementSince);
  });
  if (To.Replacement.empty())
    R.error(N, "replacement needs a name");
}

void ModelReader::callbacks(const YAML::Node &N, Entry &To) {
  std::vector<Callback> List;
  static constexpr StringRef Keys[] = {"arg", "context", "runs"};
  R.eachElement(N, "callbacks", [&](const YAML::Node &Element) {
    Callback C;
    bool HasArg = false, HasRuns = false;
    R.eachKey(Element, "callback", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) {
      if (Key == "context")
        return arg(Value, "context", C.ContextArg);
      if (Key == "runs") {
        HasRuns = true;
        return word(Value, "runs", names::When, C.Runs);
      }
      HasArg = true;
      if (auto I = R.integer(Value, "arg", 0, MaxArg))
        C.FunctionArg = uint8_t(*I);
    });
    if (Element.IsMap() && (!HasArg || !HasRuns))
      R.error(Element, "a callback needs `arg` (which argument is the function) and `runs` (when it is called)");
    List.push_back(C);
  });
  To.Callbacks = llvm::ArrayRef(List).copy(S->Alloc);
}

template <class T>
void ModelReader::flags(const YAML::Node &N, T &To, llvm::ArrayRef<std::pair<StringRef, bool T::*>> Flags) {
  std::vector<StringRef> Names;
  for (auto &F : Flags)
    Names.push_back(F.first);
  R.eachElement(N, "flags", [&](const YAML::Node &Element) {
    if (auto I = R.oneOf(Element, "flags", Names))
      To.*Flags[*I].second = true;
  });
}

void ModelReader::functionKeys(const YAML::Node &N, StringRef What, FunctionDraft &To) {
  applyKeys(*this, R, N, What, FunctionKeys, To);
}

/// Fills in what follows from the rest: who detaches must be attached; a need without a weight is an error when broken;
/// who runs Python code may detach.
void ModelReader::settle(const YAML::Node &At, FunctionDraft &E) {
  if (!E.NeedWritten)
    switch (E.Does) {
    case Effect::Detach:
    case Effect::DetachArg:
    case Effect::Release:
    case Effect::NewInterpreter:
    case Effect::EndInterpreter:
    case Effect::Finalize:
    case Effect::DeleteCurrent:
    case Effect::CriticalEnter:
    case Effect::CriticalLeave:
      E.Needs = Need::Attached;
      break;
    case Effect::Attach:
      E.Needs = Need::Detached;
      break;
    default:
      break;
    }
  if (!E.WeightWritten || E.Needs == Need::Nothing)
    E.Use = E.Needs == Need::Nothing ? Weight::None : Weight::Error;
  else if (E.Use == Weight::None)
    R.error(At, "`use: none` contradicts `needs`; leave one out");
  // Python code may detach at every instruction.
  E.MayDetach = std::max(E.MayDetach, E.RunsPython);
  if (E.Until && E.Since && E.Until <= E.Since)
    R.error(At, "`until` must be later than `since`");
}

void ModelReader::functions(const YAML::Node &N) {
  R.eachKey(N, "functions", {}, [&](StringRef Name, const YAML::Node &At, const YAML::Node &Value) {
    FunctionDraft E = Current.Function;
    E.Name = S->Strings.save(Name);
    functionKeys(Value, ("`" + Name + "`").str(), E);
    settle(At, E);
    if (!SeenFunctions.insert({E.Name, E.Home}).second)
      R.error(At, "`" + Name + "` is described twice; remove one");
    Out.Functions.push_back(E);
  });
}

void ModelReader::types(const YAML::Node &N) {
  R.eachKey(N, "types", {}, [&](StringRef Name, const YAML::Node &At, const YAML::Node &Value) {
    TypeEntry E = Current.Type;
    E.Home = Current.Home;
    E.Record = S->Strings.save(Name);
    applyKeys(*this, R, Value, ("`" + Name + "`").str(), TypeKeys, E);
    if (!SeenTypes.insert(E.Record).second)
      R.error(At, "`" + Name + "` is described twice; remove one");
    Out.Types.push_back(E);
  });
}

void ModelReader::root(const YAML::Node &N, RootEntry &To) {
  if (N.IsScalar()) // ml_meth: method
    return text(N, "role", To.Role);
  static constexpr StringRef Keys[] = {"state", "role", "if-flag", "until"};
  static constexpr StringRef FlagKeys[] = {"field", "bit"};
  R.eachKey(N, ("`" + To.Field + "`").str(), Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &V) {
    if (Key == "state")
      return word(V, "state", names::EntryState, To.State);
    if (Key == "role")
      return text(V, "role", To.Role);
    if (Key == "until")
      return version(V, "until", To.Until);
    R.eachKey(V, "if-flag", FlagKeys, [&](StringRef Part, const YAML::Node &, const YAML::Node &Value) {
      if (Part == "field")
        text(Value, "field", To.FlagField);
      else if (auto I = R.integer(Value, "bit", 0, 62))
        To.FlagBit = uint8_t(*I);
    });
    if (V.IsMap() && To.FlagField.empty())
      R.error(V, "`if-flag` needs `field` (which field holds the flags) and `bit`");
  });
}

void ModelReader::names(const YAML::Node &N) {
  R.eachKey(N, "names", names::Naming, [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) {
    Naming Says = Naming(llvm::find(names::Naming, Key) - std::begin(names::Naming));
    R.eachElement(Value, Key, [&](const YAML::Node &Element) {
      StringRef Name;
      text(Element, Key, Name);
      Out.Names.push_back({Says, Name});
    });
  });
}

void ModelReader::aliases(const YAML::Node &N) {
  R.eachKey(N, "aliases", {}, [&](StringRef Tag, const YAML::Node &, const YAML::Node &Value) {
    AliasEntry E{S->Strings.save(Tag), {}};
    text(Value, "alias", E.Name);
    Out.Aliases.push_back(E);
  });
}

/// - why: waits for the server's answer
///   functions: {PQexec, PQgetResult}
void ModelReader::blocking(const YAML::Node &N) {
  static constexpr StringRef Keys[] = {"why", "degree", "home", "functions"};
  static constexpr StringRef FunctionKeys[] = {"size", "timeout", "no-wait"};
  static constexpr StringRef FlagKeys[] = {"arg", "bit"};
  R.eachElement(N, "blocking", [&](const YAML::Node &Group) {
    BlockingEntry Common;
    std::vector<BlockingEntry> List;
    bool HasFunctions = false;
    R.eachKey(Group, "a group of blocking functions", Keys,
              [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) {
                if (Key == "why")
                  return text(Value, "why", Common.Why);
                if (Key == "degree")
                  return word(Value, "degree", names::Degree, Common.Blocks);
                if (Key == "home")
                  return word(Value, "home", names::Home, Common.Home);
                HasFunctions = true;
                R.eachKey(Value, "functions", {}, [&](StringRef Name, const YAML::Node &At, const YAML::Node &V) {
                  BlockingEntry E;
                  E.Name = S->Strings.save(Name);
                  if (!V.IsNull())
                    R.eachKey(V, ("`" + Name + "`").str(), FunctionKeys,
                              [&](StringRef What, const YAML::Node &, const YAML::Node &X) {
                                if (What != "no-wait")
                                  return arg(X, What, What == "size" ? E.SizeArg : E.TimeoutArg);
                                R.eachKey(X, What, FlagKeys,
                                          [&](StringRef Part, const YAML::Node &, const YAML::Node &Value) {
                                            if (Part == "arg")
                                              arg(Value, Part, E.FlagArg);
                                            else if (auto I = R.integer(Value, Part, 0, 31))
                                              E.FlagBit = uint8_t(*I);
                                          });
                              });
                  if (!SeenBlocking.insert(E.Name).second)
                    R.error(At, "`" + Name + "` is said to block twice; remove one");
                  List.push_back(E);
                });
              });
    if (Group.IsMap() && (!HasFunctions || (Common.Why.empty() && Common.Blocks != Degree::Never)))
      R.error(Group, "blocking functions need `functions` and `why` (what the thread waits for or works on)");
    for (BlockingEntry &E : List) {
      E.Home = Common.Home;
      E.Blocks = Common.Blocks;
      E.Why = Common.Why;
      Out.Blocking.push_back(E);
    }
  });
}

void ModelReader::roots(const YAML::Node &N) {
  R.eachKey(N, "roots", {}, [&](StringRef Record, const YAML::Node &, const YAML::Node &Fields) {
    R.eachKey(Fields, ("`" + Record + "`").str(), {},
              [&](StringRef Field, const YAML::Node &At, const YAML::Node &Value) {
                RootEntry E;
                E.Record = S->Strings.save(Record);
                E.Field = S->Strings.save(Field);
                root(Value, E);
                if (!SeenRoots.insert({E.Record, E.Field}).second)
                  R.error(At, "`" + Record + "." + Field + "` is described twice; remove one");
                Out.Roots.push_back(E);
              });
  });
}

void ModelReader::section(const YAML::Node &N, StringRef What, bool Nested) {
  static constexpr StringRef TopKeys[] = {"home",  "defaults", "functions", "types", "roots",
                                          "names", "aliases",  "blocking",  "groups"};
  static constexpr StringRef GroupKeys[] = {"topic", "home", "defaults", "functions", "types", "roots"};
  Defaults Outer = Current;
  std::map<StringRef, YAML::Node> Parts; // read in the order below: defaults count wherever they stand
  R.eachKey(
      N, What, Nested ? llvm::ArrayRef(GroupKeys) : llvm::ArrayRef(TopKeys),
      [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) { Parts.emplace(S->Strings.save(Key), Value); });
  auto part = [&](StringRef Key, llvm::function_ref<void(const YAML::Node &)> Fn) {
    if (auto It = Parts.find(Key); It != Parts.end())
      Fn(It->second);
  };
  part("home", [&](const YAML::Node &V) { word(V, "home", names::Home, Current.Home); });
  Current.Function.Home = Current.Home;
  part("defaults", [&](const YAML::Node &V) { functionKeys(V, "defaults", Current.Function); });
  Current.Home = Current.Function.Home;
  part("functions", [&](const YAML::Node &V) { functions(V); });
  part("types", [&](const YAML::Node &V) { types(V); });
  part("roots", [&](const YAML::Node &V) { roots(V); });
  part("names", [&](const YAML::Node &V) { names(V); });
  part("aliases", [&](const YAML::Node &V) { aliases(V); });
  part("blocking", [&](const YAML::Node &V) { blocking(V); });
  part("groups", [&](const YAML::Node &V) {
    R.eachElement(V, "groups", [&](const YAML::Node &Group) { section(Group, "group", true); });
  });
  Current = Outer;
}

} // namespace

ParsedModel readModel(yaml::Reader &R, const YAML::Node &N) {
  ModelReader M(R);
  R.guarded([&] {
    if (!N.IsNull())
      M.section(N, "model", false);
  });
  return M.take();
}

llvm::Expected<ParsedModel> parseModelText(llvm::StringRef Text, llvm::StringRef FileName) {
  yaml::Reader R(FileName);
  ParsedModel Result;
  if (std::optional<YAML::Node> N = R.load(Text))
    Result = readModel(R, *N);
  if (llvm::Error E = R.takeError())
    return std::move(E);
  return Result;
}

} // namespace gilray::api
