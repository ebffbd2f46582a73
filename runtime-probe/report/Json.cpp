// See Json.h.
#include "report/Json.h"
#include "report/Fields.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace gilray::probe {

using namespace llvm;

namespace {

class Writer {
public:
  explicit Writer(json::OStream &J) : J(J) {}
  template <class T> void operator()(StringRef Key, T &Value) {
    J.attributeBegin(Key);
    value(Value);
    J.attributeEnd();
  }
  template <class T> void value(T &V) {
    if constexpr (std::is_same_v<T, std::string>)
      J.value(json::isUTF8(V) ? json::Value(V) : json::Value(json::fixUTF8(V)));
    else if constexpr (std::is_arithmetic_v<T>)
      J.value(V);
    else
      J.object([&] { fields(*this, V); });
  }
  template <class T> void value(std::vector<T> &V) {
    J.array([&] {
      for (T &X : V)
        value(X);
    });
  }
  template <class T> void value(std::optional<T> &V) {
    if (V)
      value(*V);
    else
      J.value(nullptr);
  }

private:
  json::OStream &J;
};

/// Missing fields keep their defaults: reports of an older gilray are read too. Wrong types are errors.
class FieldReader {
public:
  FieldReader(const json::Object &O, json::Path P, bool &Ok) : O(O), P(P), Ok(Ok) {}
  template <class T> void operator()(StringRef Key, T &Into) {
    if (const json::Value *V = O.get(Key))
      Ok = Ok && read(*V, Into, P.field(Key));
  }

  template <class T> static bool read(const json::Value &V, T &Into, json::Path P) {
    if constexpr (std::is_same_v<T, std::string> || std::is_arithmetic_v<T>) {
      if constexpr (std::is_same_v<T, unsigned>) {
        int64_t N = 0;
        if (!fromJSON(V, N, P))
          return false;
        Into = static_cast<unsigned>(N);
        return true;
      } else {
        return fromJSON(V, Into, P);
      }
    } else {
      const json::Object *Inner = V.getAsObject();
      if (!Inner) {
        P.report("expected object");
        return false;
      }
      bool Ok = true;
      FieldReader F(*Inner, P, Ok);
      fields(F, Into);
      return Ok;
    }
  }
  template <class T> static bool read(const json::Value &V, std::vector<T> &Into, json::Path P) {
    const json::Array *A = V.getAsArray();
    if (!A) {
      P.report("expected array");
      return false;
    }
    Into.clear();
    for (size_t I = 0; I < A->size(); ++I)
      if (!read((*A)[I], Into.emplace_back(), P.index(I)))
        return false;
    return true;
  }
  template <class T> static bool read(const json::Value &V, std::optional<T> &Into, json::Path P) {
    Into.reset();
    return V.getAsNull() || read(V, Into.emplace(), P);
  }

private:
  const json::Object &O;
  json::Path P;
  bool &Ok;
};

} // namespace

void writeJson(const Report &R, raw_ostream &OS) {
  json::OStream J(OS, 1);
  Writer W(J);
  W.value(const_cast<Report &>(R)); // fields() serves readers too, so it takes no const
  OS << '\n';
}

Expected<Report> readJson(StringRef Text, StringRef Path) {
  auto V = json::parse(Text);
  if (!V)
    return createStringError(std::errc::invalid_argument, "%s: %s", Path.str().c_str(),
                             toString(V.takeError()).c_str());
  Report R;
  R.SchemaVersion = 0;
  json::Path::Root Root("report");
  if (!FieldReader::read(*V, R, Root))
    return createStringError(std::errc::invalid_argument, "%s: %s", Path.str().c_str(),
                             toString(Root.getError()).c_str());
  if (R.SchemaVersion != 1)
    return createStringError(std::errc::invalid_argument, "%s: not a report of 'gilray probe run --format json'",
                             Path.str().c_str());
  return R;
}

Expected<Report> loadReport(StringRef Path) {
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read '%s': %s", Path.str().c_str(),
                             Buffer.getError().message().c_str());
  return readJson((*Buffer)->getBuffer(), Path);
}

} // namespace gilray::probe
