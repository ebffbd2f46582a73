#include "config/Expectations.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"

namespace gilray::config {

using llvm::StringRef;

namespace {

constexpr StringRef Degrees[] = {"never", "rare", "likely", "certain"};
constexpr StringRef Threads[] = {"attached", "detached", "foreign-thread"};
constexpr api::When Runs[] = {api::When::Attached, api::When::Detached, api::When::Thread};
constexpr api::EntryState States[] = {api::EntryState::Attached, api::EntryState::Detached,
                                      api::EntryState::NoThreadState};
constexpr int MaxArg = 31;

class ExpectationsReader {
public:
  explicit ExpectationsReader(yaml::Reader &R) : R(R), S(std::make_shared<Store>()) { Out.Storage = S; }

  api::ParsedModel read(const YAML::Node &N) {
    static constexpr StringRef Keys[] = {"blocking", "callbacks"};
    R.eachKey(N, "expectations", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &Value) {
      R.eachKey(Value, Key, {}, [&](StringRef Name, const YAML::Node &At, const YAML::Node &V) {
        Key == "blocking" ? blocking(Name, V) : callback(Name, At, V);
      });
    });
    return std::move(Out);
  }

private:
  struct Store {
    llvm::BumpPtrAllocator Alloc;
    llvm::UniqueStringSaver Strings{Alloc};
  };
  yaml::Reader &R;
  std::shared_ptr<Store> S;
  api::ParsedModel Out;

  void argument(const YAML::Node &N, StringRef What, int8_t &To) {
    if (auto I = R.integer(N, What, 0, MaxArg))
      To = int8_t(*I);
  }

  void blocking(StringRef Name, const YAML::Node &V) {
    api::BlockingEntry E;
    E.Name = S->Strings.save(Name);
    if (V.IsScalar()) {
      auto Why = R.text(V, "what the call waits for");
      if (!Why)
        return;
      if (*Why == Degrees[0])
        E.Blocks = api::Degree::Never;
      else
        E.Why = S->Strings.save(*Why);
      Out.Blocking.push_back(E);
      return;
    }
    static constexpr StringRef Keys[] = {"degree", "why", "size", "timeout"};
    R.eachKey(V, ("`" + Name + "`").str(), Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &X) {
      if (Key == "size")
        return argument(X, Key, E.SizeArg);
      if (Key == "timeout")
        return argument(X, Key, E.TimeoutArg);
      if (Key == "why") {
        if (auto Why = R.text(X, Key))
          E.Why = S->Strings.save(*Why);
      } else if (auto I = R.oneOf(X, "degree", Degrees)) {
        E.Blocks = api::Degree(*I);
      }
    });
    if (V.IsMap() && E.Why.empty() && E.Blocks != api::Degree::Never)
      R.error(V, "`" + Name + "` needs `why`: what the thread waits for or works on");
    Out.Blocking.push_back(E);
  }

  void callback(StringRef Name, const YAML::Node &At, const YAML::Node &V) {
    auto [Record, Field] = Name.rsplit('.');
    if (!Field.empty())
      return callbackField(Record, Field, V);
    api::Entry E;
    E.Name = S->Strings.save(Name);
    api::Callback C;
    bool HasArg = false, HasRuns = false;
    static constexpr StringRef Keys[] = {"arg", "context", "runs"};
    R.eachKey(V, ("`" + Name + "`").str(), Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &X) {
      if (Key == "context")
        return argument(X, Key, C.ContextArg);
      if (Key == "runs") {
        HasRuns = true;
        if (auto I = R.oneOf(X, "runs", Threads))
          C.Runs = Runs[*I];
        return;
      }
      HasArg = true;
      if (auto I = R.integer(X, Key, 0, MaxArg))
        C.FunctionArg = uint8_t(*I);
    });
    if (V.IsMap() && (!HasArg || !HasRuns))
      R.error(At, "`" + Name + "` needs `arg` (which argument is the function) and `runs` (where it is called)");
    E.Callbacks = llvm::ArrayRef(C).copy(S->Alloc);
    Out.Functions.push_back(E);
  }

  void callbackField(StringRef Record, StringRef Field, const YAML::Node &V) {
    api::RootEntry E;
    E.Record = S->Strings.save(Record);
    E.Field = S->Strings.save(Field);
    E.Role = "callback";
    auto Read = [&](const YAML::Node &X) {
      if (auto I = R.oneOf(X, "runs", Threads))
        E.State = States[*I];
    };
    static constexpr StringRef Keys[] = {"runs"};
    if (V.IsScalar())
      Read(V);
    else
      R.eachKey(V, ("`" + Record + "." + Field + "`").str(), Keys,
                [&](StringRef, const YAML::Node &, const YAML::Node &X) { Read(X); });
    Out.Roots.push_back(E);
  }
};

} // namespace

api::ParsedModel readExpectations(yaml::Reader &R, const YAML::Node &N) { return ExpectationsReader(R).read(N); }

} // namespace gilray::config
