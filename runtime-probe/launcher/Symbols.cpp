// See Symbols.h.
#include "launcher/Symbols.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/DebugInfo/Symbolize/Symbolize.h"
#include "llvm/Support/Path.h"
#include <map>

namespace gilray::probe {

using namespace llvm;

struct Symbols::Impl {
  symbolize::LLVMSymbolizer Symbolizer{[] {
    symbolize::LLVMSymbolizer::Options O;
    O.Demangle = true;
    O.UseSymbolTable = true;
    return O;
  }()};
};

Symbols::Symbols() : P(std::make_unique<Impl>()) {}
Symbols::~Symbols() = default;

CodeShare Symbols::find(StringRef Object, uint64_t Offset, bool Return) {
  CodeShare C;
  C.Object = Object.str();
  object::SectionedAddress Address{Return ? Offset - 1 : Offset, object::SectionedAddress::UndefSection};
  auto Info = P->Symbolizer.symbolizeInlinedCode(Object.str(), Address);
  if (!Info) {
    consumeError(Info.takeError());
    return C;
  }
  if (Info->getNumberOfFrames() == 0)
    return C;
  DILineInfo Outer = Info->getFrame(Info->getNumberOfFrames() - 1);
  auto Known = [](const std::string &Text) { return Text == DILineInfo::BadString ? std::string() : Text; };
  C.Function = Known(Outer.FunctionName);
  C.File = Known(Outer.FileName);
  C.Line = C.File.empty() ? 0 : Outer.Line;
  if (Info->getNumberOfFrames() > 1)
    C.Callee = Known(Info->getFrame(Info->getNumberOfFrames() - 2).FunctionName);
  return C;
}

static bool isSystemLibrary(StringRef Object) {
  StringRef Name = sys::path::filename(Object);
  for (StringRef Start : {"libc.", "libc-", "ld-", "libm.", "libm-", "libpthread", "libgcc_s", "linux-vdso"})
    if (Name.starts_with(Start))
      return true;
  return Object.empty() || Name.contains("gilray_probe_harness");
}

std::vector<CodeShare> heldLines(Symbols &S, ArrayRef<json::Object> Replies, ArrayRef<std::string> Extensions,
                                 int64_t &Total) {
  using Key = std::tuple<std::string, std::string, std::string, unsigned, std::string>;
  std::map<Key, int64_t> Lines;
  Total = 0;
  for (const json::Object &R : Replies) {
    std::vector<std::string> Objects;
    if (const json::Array *A = R.getArray("objects"))
      for (const json::Value &V : *A)
        Objects.push_back(V.getAsString().value_or("").str());
    const json::Array *Stacks = R.getArray("stacks");
    if (!Stacks)
      continue;
    for (const json::Value &V : *Stacks) {
      int64_t Count = V.getAsObject()->getInteger("count").value_or(0);
      Total += Count;
      StringRef State = V.getAsObject()->getString("state").value_or("");
      const json::Array *Frames = V.getAsObject()->getArray("frames");
      if (State != "attached" || !Frames || Frames->empty())
        continue;
      auto FrameAt = [&](size_t I) {
        const json::Array &F = *(*Frames)[I].getAsArray();
        size_t Object = F[0].getAsInteger().value_or(0);
        return std::pair(Object < Objects.size() ? Objects[Object] : std::string(),
                         static_cast<uint64_t>(F[1].getAsInteger().value_or(0)));
      };
      size_t At = 0, Size = Frames->size();
      while (At < Size && !is_contained(Extensions, FrameAt(At).first))
        ++At;
      if (At == Size) // not in an extension: the interpreter, or a library that it calls itself
        for (At = 0; At + 1 < Size && isSystemLibrary(FrameAt(At).first);)
          ++At;
      auto [Object, Offset] = FrameAt(At);
      CodeShare C = S.find(Object, Offset, At > 0);
      if (At > 0 && C.Callee.empty()) {
        auto [Inner, InnerOffset] = FrameAt(At - 1);
        C.Callee = S.find(Inner, InnerOffset, At > 1).Function;
      }
      Lines[{C.Object, C.Function, C.File, C.Line, C.Callee}] += Count;
    }
  }
  std::vector<CodeShare> Result;
  for (const auto &[K, Count] : Lines) {
    CodeShare C;
    std::tie(C.Object, C.Function, C.File, C.Line, C.Callee) = K;
    C.Count = Count;
    C.Share = Total ? double(Count) / Total : 0;
    Result.push_back(C);
  }
  llvm::stable_sort(Result, [](const CodeShare &A, const CodeShare &B) { return A.Count > B.Count; });
  if (Result.size() > 12)
    Result.resize(12);
  return Result;
}

std::vector<CodeShare> releaseSites(Symbols &S, ArrayRef<json::Object> Replies) {
  std::map<std::pair<std::string, int64_t>, std::pair<int64_t, double>> Sites; // count, released seconds
  double Wall = 0;
  for (const json::Object &R : Replies)
    if (const json::Array *Workers = R.getArray("workers"))
      for (const json::Value &V : *Workers) {
        const json::Object *Whole = V.getAsObject()->getObject("whole");
        if (!Whole)
          continue;
        Wall += Whole->getNumber("wall").value_or(0);
        if (const json::Array *All = Whole->getArray("sites"))
          for (const json::Value &SV : *All) {
            const json::Object &O = *SV.getAsObject();
            auto &[Count, Seconds] =
                Sites[{O.getString("object").value_or("").str(), O.getInteger("offset").value_or(0)}];
            int64_t N = O.getInteger("count").value_or(0), Timed = O.getInteger("timed").value_or(0);
            Count += N;
            Seconds += Timed ? O.getNumber("wall").value_or(0) * N / Timed : 0;
          }
      }
  std::vector<CodeShare> Result;
  for (const auto &[Where, What] : Sites) {
    CodeShare C = S.find(Where.first, Where.second, /*Return=*/true);
    C.Count = What.first;
    C.Share = Wall > 0 ? std::min(1.0, What.second / Wall) : 0;
    Result.push_back(C);
  }
  llvm::stable_sort(Result, [](const CodeShare &A, const CodeShare &B) { return A.Share > B.Share; });
  return Result;
}

} // namespace gilray::probe
