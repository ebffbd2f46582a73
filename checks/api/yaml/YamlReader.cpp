// See YamlReader.h.
#include "api/yaml/YamlReader.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <sstream>
#include <yaml-cpp/eventhandler.h>

namespace gilray::yaml {
namespace {

constexpr size_t MaxBytes = 1u << 20; // an open flow sequence costs yaml-cpp a token per byte before it complains
constexpr unsigned MaxDepth = 32;
constexpr unsigned MaxComplaints = 20;

struct Refused {
  YAML::Mark At;
  std::string Message;
};

/// Walks the parser's events before any tree is built. Throws Refused, which only load() sees: yaml-cpp's parser has no
/// other way to be stopped.
class Gate : public YAML::EventHandler {
public:
  void OnDocumentStart(const YAML::Mark &M) override {
    if (Documents++)
      throw Refused{M, "only one YAML document is read; remove what follows `---`"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark &M, YAML::anchor_t A) override { check(M, "", A); }
  void OnAlias(const YAML::Mark &M, YAML::anchor_t) override {
    throw Refused{M, "aliases (`*name`) are not supported; write the value out"};
  }
  void OnScalar(const YAML::Mark &M, const std::string &Tag, YAML::anchor_t A, const std::string &) override {
    check(M, Tag, A);
  }
  void OnSequenceStart(const YAML::Mark &M, const std::string &Tag, YAML::anchor_t A,
                       YAML::EmitterStyle::value) override {
    enter(M, Tag, A);
  }
  void OnSequenceEnd() override { --Depth; }
  void OnMapStart(const YAML::Mark &M, const std::string &Tag, YAML::anchor_t A, YAML::EmitterStyle::value) override {
    enter(M, Tag, A);
  }
  void OnMapEnd() override { --Depth; }
  void OnAnchor(const YAML::Mark &M, const std::string &) override {
    throw Refused{M, "anchors (`&name`) are not supported; write the value out"};
  }

private:
  unsigned Depth = 0, Documents = 0;

  void check(const YAML::Mark &M, StringRef Tag, YAML::anchor_t A) {
    if (A)
      throw Refused{M, "anchors (`&name`) are not supported; write the value out"};
    // "?" is what yaml-cpp calls an untagged plain value, "!" a quoted one.
    if (!Tag.empty() && Tag != "?" && Tag != "!")
      throw Refused{M, ("tags are not supported; remove `" + Tag + "`").str()};
  }
  void enter(const YAML::Mark &M, StringRef Tag, YAML::anchor_t A) {
    check(M, Tag, A);
    if (++Depth > MaxDepth)
      throw Refused{M, "nested deeper than " + std::to_string(MaxDepth) + " levels"};
  }
};

} // namespace

StringRef nearest(StringRef Word, llvm::ArrayRef<StringRef> Known) {
  StringRef Best;
  unsigned Distance = std::max<unsigned>(1, Word.size() / 3) + 1;
  for (StringRef K : Known)
    if (unsigned D = Word.edit_distance_insensitive(K, true, Distance); D < Distance)
      Distance = D, Best = K;
  return Best;
}

void Reader::error(const YAML::Mark &At, const llvm::Twine &Message) {
  if (Messages.size() >= MaxComplaints)
    return;
  std::string Place = File;
  if (!At.is_null())
    Place += ":" + std::to_string(At.line + 1) + ":" + std::to_string(At.column + 1);
  Messages.push_back((Place + ": " + Message).str());
}

void Reader::guarded(llvm::function_ref<void()> Body) {
  try {
    Body();
  } catch (const Refused &R) {
    error(R.At, R.Message);
  } catch (const YAML::Exception &E) {
    error(E.mark, "not valid YAML: " + E.msg);
  } catch (const std::exception &E) {
    error(YAML::Mark::null_mark(), llvm::Twine("could not be read: ") + E.what());
  }
}

std::optional<YAML::Node> Reader::load(StringRef Text) {
  if (Text.size() > MaxBytes) {
    error(YAML::Mark::null_mark(), "larger than " + llvm::Twine(MaxBytes >> 20) + " MiB; this is not a gilray file");
    return std::nullopt;
  }
  if (Text.contains('\0')) {
    error(YAML::Mark::null_mark(), "contains a NUL byte; a text file in UTF-8 is expected");
    return std::nullopt;
  }
  std::optional<YAML::Node> Result;
  guarded([&] {
    std::istringstream In(Text.str());
    YAML::Parser Parser(In);
    Gate G;
    while (Parser.HandleNextDocument(G))
      ;
    Result = YAML::Load(Text.str());
  });
  if (failed())
    return std::nullopt;
  return Result;
}

void Reader::eachKey(const YAML::Node &N, StringRef What, llvm::ArrayRef<StringRef> Known,
                     llvm::function_ref<void(StringRef, const YAML::Node &, const YAML::Node &)> Fn) {
  if (!N.IsMap())
    return error(N, What + " must be a map of keys and values");
  llvm::StringSet<> Seen;
  for (const auto &Pair : N) {
    if (!Pair.first.IsScalar()) {
      error(Pair.first, "a key of " + What + " must be a plain word");
      continue;
    }
    StringRef Key = Pair.first.Scalar();
    if (!Known.empty() && !llvm::is_contained(Known, Key)) {
      StringRef Near = nearest(Key, Known);
      error(Pair.first,
            "unknown key `" + Key + "` in " + What +
                (Near.empty() ? "; known: " + llvm::join(Known, ", ") : "; did you mean `" + Near.str() + "`?"));
      continue;
    }
    if (!Seen.insert(Key).second) {
      error(Pair.first, "`" + Key + "` is there twice in " + What + "; remove one");
      continue;
    }
    Fn(Key, Pair.first, Pair.second);
  }
}

void Reader::eachElement(const YAML::Node &N, StringRef What, llvm::function_ref<void(const YAML::Node &)> Fn) {
  if (N.IsScalar())
    return Fn(N);
  if (!N.IsSequence())
    return error(N, What + " must be a list");
  for (const YAML::Node &Element : N)
    Fn(Element);
}

std::optional<std::string> Reader::text(const YAML::Node &N, StringRef What) {
  if (N.IsScalar() && !N.Scalar().empty())
    return N.Scalar();
  error(N, What + " must be a text");
  return std::nullopt;
}

std::optional<int> Reader::integer(const YAML::Node &N, StringRef What, int Low, int High) {
  int Value;
  if (N.IsScalar() && !StringRef(N.Scalar()).getAsInteger(10, Value) && Value >= Low && Value <= High)
    return Value;
  error(N, What + " must be a number from " + llvm::Twine(Low) + " to " + llvm::Twine(High));
  return std::nullopt;
}

std::optional<bool> Reader::boolean(const YAML::Node &N, StringRef What) {
  if (N.IsScalar() && (N.Scalar() == "true" || N.Scalar() == "false"))
    return N.Scalar() == "true";
  error(N, What + " must be true or false");
  return std::nullopt;
}

std::optional<size_t> Reader::oneOf(const YAML::Node &N, StringRef What, llvm::ArrayRef<StringRef> Names) {
  if (!N.IsScalar()) {
    error(N, What + " must be one of " + llvm::join(Names, ", "));
    return std::nullopt;
  }
  StringRef Word = N.Scalar();
  for (size_t I = 0; I < Names.size(); ++I)
    if (Names[I] == Word)
      return I;
  StringRef Near = nearest(Word, Names);
  error(N, "unknown value `" + Word + "` for " + What +
               (Near.empty() ? "; known: " + llvm::join(Names, ", ") : "; did you mean `" + Near.str() + "`?"));
  return std::nullopt;
}

llvm::Error Reader::takeError() {
  if (Messages.empty())
    return llvm::Error::success();
  std::string All = llvm::join(Messages, "\n");
  Messages.clear();
  return llvm::createStringError(std::errc::invalid_argument, "%s", All.c_str());
}

} // namespace gilray::yaml
