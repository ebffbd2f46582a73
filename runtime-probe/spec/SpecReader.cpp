// YAML -> Spec: every key is known and every value is right, or there are errors with their places.
#include "api/yaml/YamlReader.h"
#include "spec/Spec.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace gilray::probe {

using namespace llvm;

namespace {

constexpr StringRef StrategyWords[] = {"threads", "shared-gil", "own-gil", "processes"};

struct Unit {
  StringRef Name;
  double Factor;
};
constexpr Unit Durations[] = {{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}};
constexpr Unit Sizes[] = {{"B", 1}, {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}};

/// "60s", "1.5 GiB": a number, then one of Units.
std::optional<double> measured(StringRef Text, ArrayRef<Unit> Units) {
  Text = Text.trim();
  StringRef Number = Text.take_while([](char C) { return isDigit(C) || C == '.'; });
  StringRef Word = Text.drop_front(Number.size()).ltrim();
  double Value = 0;
  if (Number.empty() || Number.getAsDouble(Value))
    return std::nullopt;
  for (const Unit &U : Units)
    if (U.Name == Word)
      return Value * U.Factor;
  return std::nullopt;
}

/// "<= 0.1" or ">= 1.7".
std::optional<Comparison> comparison(StringRef Text) {
  Comparison C;
  Text = Text.trim();
  if (Text.consume_front("<="))
    C.AtMost = true;
  else if (Text.consume_front(">="))
    C.AtMost = false;
  else
    return std::nullopt;
  if (Text.trim().getAsDouble(C.Limit))
    return std::nullopt;
  return C;
}

/// What `defaults` and a kernel both may say.
struct Settings {
  std::vector<unsigned> Workers = {1, 2, 0};
  std::vector<Strategy> Strategies = {Strategy::Threads, Strategy::OwnGil, Strategy::Processes};
  std::vector<Share> Shares = {Share::Own};
  double Budget = 60, Timeout = 20;
  double Memory = 0x1p31;
};

class SpecReader {
public:
  explicit SpecReader(StringRef Path) : R(Path) {
    Out.Path = Path.str();
    Out.Directory = sys::path::parent_path(Path).str();
  }

  Expected<Spec> read(StringRef Text) {
    auto Root = R.load(Text);
    if (Root)
      R.guarded([&] { document(*Root); });
    if (Error E = R.takeError())
      return std::move(E);
    return std::move(Out);
  }

private:
  yaml::Reader R;
  Spec Out;
  Settings Defaults;

  void document(const YAML::Node &Root) {
    static constexpr StringRef Keys[] = {"version", "defaults", "path", "pass-env", "interpreters", "kernels"};
    // Kernels take over defaults wherever these stand in the file.
    if (Root.IsMap() && Root["defaults"])
      defaults(Root["defaults"]);
    bool Versioned = false, HasKernels = false;
    R.eachKey(Root, "the probe spec", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &V) {
      if (Key == "version") {
        Versioned = true;
        if (auto N = R.integer(V, "version", 1, 1); !N)
          return;
      } else if (Key == "path") {
        R.eachElement(V, "path", [&](const YAML::Node &Item) { directory(Item); });
      } else if (Key == "pass-env") {
        R.eachElement(V, "pass-env", [&](const YAML::Node &Item) {
          if (auto Name = R.text(Item, "the name of an environment variable"))
            Out.PassEnv.push_back(*Name);
        });
      } else if (Key == "interpreters") {
        R.eachElement(V, "interpreters", [&](const YAML::Node &Item) { interpreter(Item); });
      } else if (Key == "kernels") {
        HasKernels = true;
        R.eachElement(V, "kernels", [&](const YAML::Node &Item) { kernel(Item); });
      }
    });
    if (!Root.IsMap())
      return;
    if (!Versioned)
      R.error(Root, "a probe spec needs `version: 1`");
    if (!HasKernels)
      R.error(Root, "a probe spec needs `kernels`: what is to be measured");
    checkInterpretersOfExpectations();
  }

  void directory(const YAML::Node &Item) {
    auto Text = R.text(Item, "a directory");
    if (!Text)
      return;
    SmallString<256> P(*Text);
    sys::path::make_absolute(Out.Directory, P);
    sys::path::remove_dots(P, true);
    Out.PythonPath.push_back(std::string(P));
  }

  void defaults(const YAML::Node &V) {
    static constexpr StringRef Keys[] = {"workers", "strategies", "budget", "timeout", "memory", "share", "seed"};
    R.eachKey(V, "defaults", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) {
      if (Key != "seed")
        return setting(Key, Value, Defaults);
      if (auto Seed = R.integer(Value, "seed", 0, INT32_MAX))
        Out.Seed = *Seed;
    });
  }

  void setting(StringRef Key, const YAML::Node &V, Settings &S) {
    if (Key == "workers")
      workers(V, S.Workers);
    else if (Key == "strategies")
      strategies(V, S.Strategies);
    else if (Key == "share")
      shares(V, S.Shares);
    else if (Key == "budget")
      amount(V, "budget", "a duration such as 60s, 500ms or 2m", Durations, 0.1, S.Budget);
    else if (Key == "timeout")
      amount(V, "timeout", "a duration such as 20s, 500ms or 2m", Durations, 0.1, S.Timeout);
    else if (Key == "memory")
      amount(V, "memory", "a size such as 512 MiB or 2 GiB", Sizes, 0x1p24, S.Memory);
  }

  void amount(const YAML::Node &V, StringRef What, StringRef Form, ArrayRef<Unit> Units, double Least, double &Into) {
    auto Text = R.text(V, What);
    if (!Text)
      return;
    auto Value = measured(*Text, Units);
    if (!Value)
      return R.error(V, "`" + Twine(*Text) + "` is no " + What + "; write " + Form);
    if (*Value < Least)
      return R.error(V, What + " `" + Twine(*Text) + "` is too small to measure anything");
    Into = *Value;
  }

  void workers(const YAML::Node &V, std::vector<unsigned> &Into) {
    Into.clear();
    R.eachElement(V, "workers", [&](const YAML::Node &Item) {
      if (Item.IsScalar() && Item.Scalar() == "max")
        return Into.push_back(0);
      int N = 0;
      if (!Item.IsScalar() || StringRef(Item.Scalar()).getAsInteger(10, N) || N < 1 || N > 256)
        return R.error(Item, "a number of workers is 1 to 256, or `max`: the processors of the machine");
      Into.push_back(N);
    });
  }

  void strategies(const YAML::Node &V, std::vector<Strategy> &Into) {
    Into.clear();
    R.eachElement(V, "strategies", [&](const YAML::Node &Item) {
      if (auto S = R.oneOf(Item, "strategies", StrategyWords); S && !is_contained(Into, Strategy(*S)))
        Into.push_back(Strategy(*S));
    });
  }

  void shares(const YAML::Node &V, std::vector<Share> &Into) {
    static constexpr StringRef Words[] = {"own", "args"};
    Into.clear();
    R.eachElement(V, "share", [&](const YAML::Node &Item) {
      if (auto S = R.oneOf(Item, "share", Words); S && !is_contained(Into, Share(*S)))
        Into.push_back(Share(*S));
    });
  }

  void interpreter(const YAML::Node &Item) {
    static constexpr StringRef Keys[] = {"id", "python", "gil"};
    InterpreterSpec I;
    I.Line = Item.Mark().line + 1;
    R.eachKey(Item, "an interpreter", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &V) {
      if (Key == "id") {
        if (auto T = R.text(V, "id"))
          I.Id = *T;
      } else if (Key == "python") {
        if (auto T = R.text(V, "python"))
          I.Python = *T;
      } else {
        static constexpr StringRef Words[] = {"off", "on"};
        if (auto On = R.oneOf(V, "gil", Words))
          I.Gil = *On == 1;
      }
    });
    if (!Item.IsMap())
      return;
    if (I.Python.empty())
      return R.error(Item, "an interpreter needs `python`: a path, or a name on PATH");
    if (I.Id.empty())
      I.Id = sys::path::filename(I.Python).str();
    if (any_of(Out.Interpreters, [&](const InterpreterSpec &Other) { return Other.Id == I.Id; }))
      return R.error(Item, "two interpreters are called `" + I.Id + "`; give them different ids");
    // Relative to the spec when it is a path, not a name.
    if (StringRef(I.Python).contains('/') && !StringRef(I.Python).starts_with("~")) {
      SmallString<256> P(I.Python);
      sys::path::make_absolute(Out.Directory, P);
      I.Python = std::string(P);
    }
    Out.Interpreters.push_back(std::move(I));
  }

  void kernel(const YAML::Node &Item) {
    static constexpr StringRef Keys[] = {"name",   "module",  "setup",  "call",       "callable",
                                         "args",   "kwargs",  "units",  "strategies", "share",
                                         "budget", "timeout", "memory", "workers",    "expect"};
    KernelSpec K;
    K.Line = Item.Mark().line + 1;
    Settings S = Defaults;
    std::string Callable, Arguments;
    R.eachKey(Item, "a kernel", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &V) {
      auto Text = [&](std::string &Into) {
        if (auto T = R.text(V, Key))
          Into = *T;
      };
      if (Key == "name")
        Text(K.Name);
      else if (Key == "module")
        Text(K.Module);
      else if (Key == "setup")
        Text(K.Setup);
      else if (Key == "call")
        Text(K.Call);
      else if (Key == "callable")
        Text(Callable);
      else if (Key == "args" || Key == "kwargs")
        arguments(Key, V, Arguments);
      else if (Key == "units")
        units(V, K);
      else if (Key == "expect")
        expectations(V, K);
      else
        setting(Key, V, S);
    });
    if (!Item.IsMap())
      return;
    if (K.Name.empty())
      R.error(Item, "a kernel needs `name`");
    if (K.Module.empty())
      R.error(Item, "a kernel needs `module`: the extension module whose hooks and lines are looked at");
    if (K.Call.empty() == Callable.empty())
      R.error(Item, "a kernel needs either `call`: a Python expression, or `callable` with `args` and `kwargs`");
    if (!Callable.empty())
      K.Call = "(" + Callable + ")(" + Arguments + ")";
    if (any_of(Out.Kernels, [&](const KernelSpec &Other) { return Other.Name == K.Name; }))
      R.error(Item, "two kernels are called `" + K.Name + "`");
    K.Workers = S.Workers;
    K.Strategies = S.Strategies;
    K.Shares = S.Shares;
    K.BudgetSeconds = S.Budget;
    K.TimeoutSeconds = S.Timeout;
    K.MemoryBytes = static_cast<uint64_t>(S.Memory);
    Out.Kernels.push_back(std::move(K));
  }

  /// Python expressions; keywords follow the positional ones whatever their order in the file.
  void arguments(StringRef Key, const YAML::Node &V, std::string &Into) {
    std::string Text;
    auto Add = [&](const std::string &One) { Text += (Text.empty() ? "" : ", ") + One; };
    if (Key == "args")
      R.eachElement(V, "args", [&](const YAML::Node &Item) {
        if (auto T = R.text(Item, "an argument (a Python expression)"))
          Add(*T);
      });
    else
      R.eachKey(V, "kwargs", {}, [&](StringRef Name, const YAML::Node &, const YAML::Node &Value) {
        if (auto T = R.text(Value, "an argument (a Python expression)"))
          Add(Name.str() + "=" + *T);
      });
    if (Text.empty())
      return;
    if (Into.empty())
      Into = Text;
    else
      Into = Key == "args" ? Text + ", " + Into : Into + ", " + Text;
  }

  void units(const YAML::Node &V, KernelSpec &K) {
    auto Text = R.text(V, "units");
    if (!Text)
      return;
    auto [Number, Name] = StringRef(*Text).split(' ');
    if (Number.getAsDouble(K.UnitsPerCall) || K.UnitsPerCall <= 0 || Name.trim().empty())
      return R.error(V, "units are a number and a name, such as `16384 bytes`: what one call works off");
    K.Unit = Name.trim().str();
  }

  void expectations(const YAML::Node &V, KernelSpec &K) {
    R.eachKey(V, "expect", {}, [&](StringRef Key, const YAML::Node &KeyNode, const YAML::Node &Value) {
      if (Key == "import")
        return R.eachKey(Value, "import", {}, [&](StringRef Where, const YAML::Node &, const YAML::Node &State) {
          importExpectation(Where, State, K);
        });
      auto Text = R.text(Value, Key);
      if (!Text)
        return;
      Expectation E;
      E.Text = (Key + ": " + *Text).str();
      E.Line = Value.Mark().line + 1;
      E.Column = Value.Mark().column + 1;
      if (numberExpectation(Key, *Text, KeyNode, Value, E))
        K.Expect.push_back(std::move(E));
    });
  }

  void importExpectation(StringRef Where, const YAML::Node &State, KernelSpec &K) {
    static constexpr StringRef Words[] = {"accepted", "refused", "keeps-gil-off"};
    auto S = R.oneOf(State, "an import expectation", Words);
    if (!S)
      return;
    Expectation E;
    E.What = Expectation::Import;
    E.State = Expectation::ImportState(*S);
    E.Text = ("import: " + Where + ": " + Words[*S]).str();
    E.Line = State.Mark().line + 1;
    E.Column = State.Mark().column + 1;
    E.How = parseStrategy(Where);
    if (!E.How)
      E.Interpreter = Where.str();
    K.Expect.push_back(std::move(E));
  }

  bool numberExpectation(StringRef Key, StringRef Text, const YAML::Node &KeyNode, const YAML::Node &Value,
                         Expectation &E) {
    static constexpr StringRef Words[] = {"gil_held", "releases_per_call", "lock_wait"};
    for (auto [Index, Word] : enumerate(Words))
      if (Key == Word) {
        E.What = Expectation::Kind(Index);
        if (auto C = comparison(Text))
          return E.Limit = *C, true;
        R.error(Value, "`" + Text + "` is no limit; write `<= 0.1` or `>= 0.5`");
        return false;
      }
    bool IsBound = Key == "bound";
    auto [How, Where] = Key.split('@');
    if (!IsBound && !parseStrategy(How)) {
      SmallVector<StringRef, 8> Known(std::begin(Words), std::end(Words));
      Known.append({"import", "bound"});
      append_range(Known, StrategyWords);
      StringRef Near = yaml::nearest(How, Known);
      std::string Hint = "; write gil_held, releases_per_call, lock_wait, import, bound or STRATEGY@INTERPRETER";
      if (!Near.empty())
        Hint = "; did you mean `" + Near.str() + "`?";
      R.error(KeyNode, "unknown expectation `" + Key + "`" + Hint);
      return false;
    }
    E.What = IsBound ? Expectation::Bound : Expectation::Speedup;
    if (!IsBound) {
      E.How = parseStrategy(How);
      E.Interpreter = Where.str();
    }
    auto [Workers, Limit] = Text.split("=>");
    Limit = Limit.trim();
    bool Named = IsBound || Limit.consume_front("speedup");
    auto C = comparison(Limit);
    if (!Named || !C || Workers.trim().getAsInteger(10, E.Workers) || E.Workers < 2) {
      R.error(Value, "`" + Text + "` cannot be read; write `" + (IsBound ? "64 => >= 8" : "2 => speedup >= 1.7") + "`");
      return false;
    }
    E.Limit = *C;
    return true;
  }

  void checkInterpretersOfExpectations() {
    if (Out.Interpreters.empty())
      return;
    SmallVector<StringRef, 8> Known;
    for (const InterpreterSpec &I : Out.Interpreters)
      Known.push_back(I.Id);
    for (const KernelSpec &K : Out.Kernels)
      for (const Expectation &E : K.Expect) {
        if (E.Interpreter.empty() || is_contained(Known, E.Interpreter))
          continue;
        YAML::Mark At;
        At.line = E.Line - 1;
        At.column = E.Column - 1;
        At.pos = 0;
        StringRef Near = yaml::nearest(E.Interpreter, Known);
        R.error(At, "no interpreter is called `" + E.Interpreter + "`" +
                        (Near.empty() ? "; known: " + join(Known, ", ") : "; did you mean `" + Near.str() + "`?"));
      }
  }
};

} // namespace

Expected<Spec> parseSpec(StringRef Text, StringRef Path) {
  if (!json::isUTF8(Text))
    return createStringError(std::errc::invalid_argument, "%s: not UTF-8", Path.str().c_str());
  return SpecReader(Path).read(Text);
}

Expected<Spec> loadSpec(StringRef Path) {
  SmallString<256> Absolute(Path);
  (void)sys::fs::make_absolute(Absolute);
  sys::path::remove_dots(Absolute, true);
  auto Buffer = MemoryBuffer::getFile(Absolute);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read the probe spec '%s': %s", Path.str().c_str(),
                             Buffer.getError().message().c_str());
  return parseSpec((*Buffer)->getBuffer(), Absolute);
}

} // namespace gilray::probe
