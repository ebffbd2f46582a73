// YAML -> Config: every key is known and every type is right, or there are errors with their places.
#include "config/Config.h"
#include "api/yaml/ModelYamlNode.h"
#include "config/Expectations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace gilray::config {

using namespace llvm;

namespace {

class ConfigReader {
public:
  ConfigReader(StringRef Path) : R(Path) {
    Out.Path = Path.str();
    Out.Directory = sys::path::parent_path(Path).str();
  }

  Expected<Config> read(StringRef Text) {
    auto Root = R.load(Text);
    if (Root && !Root->IsNull())
      R.guarded([&] { document(*Root); });
    if (Error E = R.takeError())
      return std::move(E);
    return std::move(Out);
  }

private:
  yaml::Reader R;
  Config Out;

  void document(const YAML::Node &Root) {
    static constexpr StringRef Keys[] = {"checks",  "severities", "overrides", "targets",     "headers",
                                         "exclude", "guarded_by", "model",     "expectations"};
    R.eachKey(Root, "the configuration", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &V) {
      if (Key == "checks")
        checks(V, Out.Checks);
      else if (Key == "severities")
        severities(V, Out.Severities);
      else if (Key == "overrides")
        R.eachElement(V, "overrides", [&](const YAML::Node &Item) { override(Item); });
      else if (Key == "targets")
        targets(V);
      else if (Key == "headers")
        headers(V);
      else if (Key == "exclude")
        globs(V, "exclude", Out.Exclude);
      else if (Key == "guarded_by")
        guards(V);
      else if (Key == "model")
        extend(api::readModel(R, V));
      else
        extend(readExpectations(R, V));
    });
  }

  void checks(const YAML::Node &Value, CheckGlobs &Into) {
    std::vector<std::string> Texts;
    R.eachElement(Value, "checks", [&](const YAML::Node &Item) {
      auto Text = R.text(Item, "a check name or pattern");
      if (!Text)
        return;
      if (auto One = CheckGlobs::parse(StringRef(*Text)); !One)
        return R.error(Item, toString(One.takeError()));
      Texts.push_back(*Text);
    });
    // What starts the list decides whether it starts from all checks, so the items are parsed together once more.
    SmallVector<StringRef, 8> Parts;
    for (const std::string &T : Texts)
      StringRef(T).split(Parts, ',');
    if (R.failed() || Parts.empty())
      return;
    Into = cantFail(CheckGlobs::parse(Parts));
  }

  void severities(const YAML::Node &Value, SeverityMap &Into) {
    static constexpr StringRef Levels[] = {"note", "warning", "error", "off"};
    R.eachKey(Value, "severities", {}, [&](StringRef Name, const YAML::Node &Key, const YAML::Node &V) {
      const CheckInfo *Check = findCheck(std::string_view(Name));
      if (!Check)
        return R.error(Key, unknownCheck(Name));
      auto Level = R.oneOf(V, "a severity", Levels);
      if (!Level)
        return;
      std::optional<Severity> S;
      if (Levels[*Level] != "off")
        S = static_cast<Severity>(*Level);
      if (!Into.try_emplace(Check, S).second)
        R.error(Key, "the severity of gilray-" + StringRef(Check->Name) + " is there twice; remove one");
    });
  }

  void globs(const YAML::Node &Value, StringRef What, PathGlobs &Into) {
    R.eachElement(Value, What, [&](const YAML::Node &Item) {
      if (auto Text = R.text(Item, "a path pattern"))
        if (Error E = Into.add(*Text))
          R.error(Item, toString(std::move(E)));
    });
  }

  void override(const YAML::Node &Item) {
    Override O;
    static constexpr StringRef Keys[] = {"paths", "checks", "severities"};
    bool HasPaths = false;
    R.eachKey(Item, "an override", Keys, [&](StringRef Key, const YAML::Node &, const YAML::Node &V) {
      if (Key == "paths") {
        HasPaths = true;
        globs(V, "paths", O.Paths);
      } else if (Key == "checks") {
        checks(V, O.Checks);
      } else {
        severities(V, O.Severities);
      }
    });
    if (Item.IsMap() && !HasPaths)
      R.error(Item, "an override needs `paths`: the files it is for");
    Out.Overrides.push_back(std::move(O));
  }

  void targets(const YAML::Node &Value) {
    R.eachElement(Value, "targets", [&](const YAML::Node &Item) {
      auto Text = R.text(Item, "a Python version such as 3.12 or 3.15t");
      if (!Text)
        return;
      auto T = parseTarget(*Text);
      if (!T)
        return R.error(Item, toString(T.takeError()));
      Out.Targets.push_back(*T);
    });
  }

  void headers(const YAML::Node &Value) {
    R.eachKey(Value, "headers", {}, [&](StringRef Name, const YAML::Node &Key, const YAML::Node &V) {
      auto T = parseTarget(Name);
      if (!T)
        return R.error(Key, toString(T.takeError()));
      R.eachElement(V, "headers of a version", [&](const YAML::Node &Item) {
        auto Text = R.text(Item, "an include directory");
        if (!Text)
          return;
        SmallString<256> P(*Text);
        sys::path::make_absolute(Out.Directory, P);
        sys::path::remove_dots(P, true);
        if (!sys::fs::is_directory(P))
          return R.error(Item, "no directory '" + Twine(P) + "'");
        Out.Headers[T->name()].push_back(std::string(P));
      });
    });
  }

  void guards(const YAML::Node &Value) {
    R.eachKey(Value, "guarded_by", {}, [&](StringRef Name, const YAML::Node &Key, const YAML::Node &V) {
      auto Lock = R.text(V, "the name of a lock");
      if (!Lock)
        return;
      if (!Out.GuardedBy.try_emplace(Name.str(), *Lock).second)
        R.error(Key, "the lock of " + Name + " is there twice; remove one");
    });
  }

  void extend(api::ParsedModel Parsed) {
    if (R.failed())
      return;
    const api::Model &Base = Out.Model ? *Out.Model : api::Model::builtin();
    Out.Model = std::make_shared<api::Model>(
        Base, std::move(Parsed.Functions), std::move(Parsed.Types), std::move(Parsed.Storage), std::move(Parsed.Roots),
        std::move(Parsed.Names), std::move(Parsed.Aliases), std::move(Parsed.Blocking));
  }
};

} // namespace

Error PathGlobs::add(StringRef Given) {
  // "**/" may stand for no directory at all: "**/gen.c" names gen.c too. "src" and "src/" name everything below.
  StringRef Text = Given;
  Text.consume_front("./");
  Text.consume_back("/");
  SmallVector<std::string, 4> Forms = {Text.str(), (Text + "/*").str()};
  if (StringRef Rest = Text; Rest.consume_front("**/"))
    Forms.append({Rest.str(), (Rest + "/*").str()});
  for (const std::string &Form : Forms) {
    auto Pattern = Glob::create(Form);
    if (!Pattern)
      return createStringError(std::errc::invalid_argument, "'%s' is not a path pattern: %s", Given.str().c_str(),
                               toString(Pattern.takeError()).c_str());
    Patterns.push_back(std::move(*Pattern));
  }
  return Error::success();
}

bool PathGlobs::matches(StringRef RelativePath) const {
  return any_of(Patterns, [&](const Glob &P) { return P.match(RelativePath); });
}

std::string Config::relative(StringRef AbsolutePath) const {
  StringRef Rest = AbsolutePath;
  if (!Directory.empty() && Rest.consume_front(Directory))
    Rest.consume_front("/");
  return Rest.str();
}

Expected<Config> parse(StringRef Text, StringRef Path) {
  size_t Bad = 0;
  if (!json::isUTF8(Text, &Bad)) {
    StringRef Before = Text.take_front(Bad);
    return createStringError(std::errc::invalid_argument, "%s:%zu:%zu: not UTF-8", Path.str().c_str(),
                             Before.count('\n') + 1, Bad - (Before.rfind('\n') + 1) + 1);
  }
  return ConfigReader(Path).read(Text);
}

Expected<Config> load(StringRef Path) {
  SmallString<256> Absolute(Path);
  (void)sys::fs::make_absolute(Absolute);
  sys::path::remove_dots(Absolute, true);
  auto Buffer = MemoryBuffer::getFile(Absolute);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read configuration '%s': %s", Path.str().c_str(),
                             Buffer.getError().message().c_str());
  return parse((*Buffer)->getBuffer(), Absolute);
}

std::string findUpwards(StringRef Start) {
  SmallString<256> Dir(Start);
  if (sys::fs::make_absolute(Dir))
    return {};
  sys::path::remove_dots(Dir, true);
  if (!sys::fs::is_directory(Dir))
    sys::path::remove_filename(Dir);
  while (!Dir.empty()) {
    SmallString<256> Candidate(Dir);
    sys::path::append(Candidate, ".gilray.yaml");
    if (sys::fs::exists(Candidate))
      return std::string(Candidate);
    StringRef Parent = sys::path::parent_path(Dir);
    if (Parent == Dir)
      break;
    Dir.truncate(Parent.size());
  }
  return {};
}

std::string projectRoot(const Config &C, StringRef File, StringRef Otherwise) {
  if (!C.Directory.empty() && sys::path::filename(C.Path) == ".gilray.yaml")
    return C.Directory;
  SmallString<256> Dir(File);
  for (sys::path::remove_filename(Dir); !Dir.empty(); sys::path::remove_filename(Dir)) {
    for (StringRef Mark : {".git", "pyproject.toml", "setup.py", "meson.build"})
      if (sys::fs::exists(Dir + "/" + Mark))
        return std::string(Dir);
    if (sys::path::parent_path(Dir).empty())
      break;
  }
  return Otherwise.str();
}

} // namespace gilray::config
