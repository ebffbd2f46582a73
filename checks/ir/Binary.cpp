// magic, version, checksum | strings | the unit as variable-length numbers, strings by index.
#include "ir/Binary.h"
#include "ir/BinarySchema.h"
#include "ir/Validate.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/xxhash.h"

namespace gilray::ir {
namespace binary {
namespace {

constexpr llvm::StringLiteral Magic = "gilrayIR";
constexpr size_t VersionAt = 8, ChecksumAt = 12, HeaderSize = 20;
/// Only initialisers nest; real ones a few levels.
constexpr unsigned MaxNesting = 500;

template <typename T> constexpr bool IsList = false;
template <typename T> constexpr bool IsList<std::vector<T>> = true;
template <typename T, unsigned N> constexpr bool IsList<llvm::SmallVector<T, N>> = true;

/// A place as the difference from the place before, which is usually near.
struct LocDelta {
  int64_t File, Line, Col, EndLine, EndCol, Chain;
};

class Encoder {
public:
  static constexpr bool Reading = false;

  template <typename... Members> void sparse(const Members &...M) {
    uint64_t Mask = 0, Bit = 1;
    ((Mask |= isZero(M) ? 0 : Bit, Bit <<= 1), ...);
    number(Mask);
    ((isZero(M) ? void() : member(M)), ...);
  }

  void finish(llvm::raw_ostream &OS) {
    std::string Payload;
    llvm::raw_string_ostream P(Payload);
    llvm::encodeULEB128(Strings.size(), P);
    for (StringRef S : Strings) {
      llvm::encodeULEB128(S.size(), P);
      P << S;
    }
    P << Body;
    char Header[HeaderSize];
    llvm::copy(Magic, Header);
    llvm::support::endian::write32le(Header + VersionAt, FormatVersion);
    llvm::support::endian::write64le(Header + ChecksumAt, llvm::xxh3_64bits(Payload));
    OS << StringRef(Header, HeaderSize) << Payload;
  }

private:
  template <typename T> static bool isZero(const T &X) {
    if constexpr (IsList<T>)
      return X.empty();
    else if constexpr (std::is_same_v<T, StringRef>)
      return X.empty();
    else if constexpr (std::is_same_v<T, Loc>)
      return X == Loc();
    else if constexpr (std::is_class_v<T>)
      return false;
    else
      return X == T();
  }

  template <typename T> void member(const T &X) {
    if constexpr (IsList<T>) {
      number(X.size());
      for (const auto &E : X)
        member(E);
    } else if constexpr (std::is_same_v<T, StringRef>) {
      string(X);
    } else if constexpr (std::is_same_v<T, Loc>) {
      loc(X);
    } else if constexpr (std::is_class_v<T>) {
      transfer(*this, X);
    } else if constexpr (std::is_enum_v<T>) {
      number(static_cast<uint64_t>(X));
    } else if constexpr (std::is_same_v<T, int64_t>) {
      llvm::encodeSLEB128(X, OS);
    } else if constexpr (!std::is_same_v<T, bool>) { // of a bool the bit of `sparse` says all
      number(X);
    }
  }

  void number(uint64_t N) { llvm::encodeULEB128(N, OS); }

  void string(StringRef S) {
    auto [It, New] = StringIds.try_emplace(S, Strings.size());
    if (New)
      Strings.push_back(It->first());
    number(It->second);
  }

  void loc(const Loc &L) {
    auto Difference = [](uint32_t A, uint32_t B) { return int64_t(A) - int64_t(B); };
    LocDelta D{Difference(L.File, Previous.File), Difference(L.Line, Previous.Line), Difference(L.Col, Previous.Col),
               Difference(L.EndLine, L.Line),     Difference(L.EndCol, L.Col),       L.Chain};
    sparse(D.File, D.Line, D.Col, D.EndLine, D.EndCol, D.Chain);
    Previous = L;
  }

  std::string Body;
  llvm::raw_string_ostream OS{Body};
  llvm::StringMap<uint32_t> StringIds;
  std::vector<StringRef> Strings;
  Loc Previous;
};

/// The first problem ends the input: all later reads give zero and all lists are empty.
class Decoder {
public:
  static constexpr bool Reading = true;

  Decoder(StringRef Payload, Unit &U) : Pos(Payload.bytes_begin()), End(Payload.bytes_end()) {
    uint64_t Count = count();
    Strings.reserve(Count);
    for (uint64_t I = 0; I != Count && !Bad; ++I) {
      uint64_t Size = count();
      Strings.push_back(U.intern(StringRef(reinterpret_cast<const char *>(Pos), Size)));
      Pos += Size;
    }
  }
  bool clean() const { return !Bad && Pos == End; }

  template <typename... Members> void sparse(Members &...M) {
    uint64_t Mask = number();
    ((Mask & 1 ? member(M) : clear(M), Mask >>= 1), ...);
    if (Mask)
      fail();
  }

private:
  // Objects in members are fresh, only what has a default other than zero must be set.
  template <typename T> static void clear(T &X) {
    if constexpr (!std::is_class_v<T>)
      X = T();
    else if constexpr (IsList<T>)
      X.clear();
  }

  template <typename T> void member(T &X) {
    if constexpr (IsList<T>) {
      X.clear();
      if (Nesting > MaxNesting)
        return fail();
      ++Nesting;
      uint64_t Count = count();
      for (uint64_t I = 0; I != Count && !Bad; ++I)
        member(X.emplace_back());
      --Nesting;
    } else if constexpr (std::is_same_v<T, StringRef>) {
      uint64_t Index = number();
      Index < Strings.size() ? void(X = Strings[Index]) : fail();
    } else if constexpr (std::is_same_v<T, Loc>) {
      loc(X);
    } else if constexpr (std::is_class_v<T>) {
      transfer(*this, X);
    } else if constexpr (std::is_same_v<T, bool>) {
      X = true;
    } else if constexpr (std::is_enum_v<T>) {
      uint64_t N = number();
      N <= static_cast<uint64_t>(Last<T>) ? void(X = static_cast<T>(N)) : fail();
    } else if constexpr (std::is_same_v<T, int64_t>) {
      X = signedNumber();
    } else {
      uint64_t N = number();
      X = static_cast<T>(N);
      if (X != N)
        fail();
    }
  }

  void loc(Loc &L) {
    LocDelta D;
    sparse(D.File, D.Line, D.Col, D.EndLine, D.EndCol, D.Chain);
    L.File = Previous.File + static_cast<uint32_t>(D.File);
    L.Line = Previous.Line + static_cast<uint32_t>(D.Line);
    L.Col = Previous.Col + static_cast<uint32_t>(D.Col);
    L.EndLine = L.Line + static_cast<uint32_t>(D.EndLine);
    L.EndCol = L.Col + static_cast<uint32_t>(D.EndCol);
    L.Chain = static_cast<uint32_t>(D.Chain);
    Previous = L;
  }

  uint64_t number() {
    const char *Problem = nullptr;
    unsigned Size = 0;
    uint64_t N = Pos == End ? (fail(), 0) : llvm::decodeULEB128(Pos, &Size, End, &Problem);
    return Problem ? (fail(), 0) : (advance(Size), N);
  }
  int64_t signedNumber() {
    const char *Problem = nullptr;
    unsigned Size = 0;
    int64_t N = Pos == End ? (fail(), 0) : llvm::decodeSLEB128(Pos, &Size, End, &Problem);
    return Problem ? (fail(), 0) : (advance(Size), N);
  }
  /// Every element takes at least one byte, so a count beyond what is left is a lie.
  uint64_t count() {
    uint64_t N = number();
    return N <= static_cast<uint64_t>(End - Pos) ? N : (fail(), 0);
  }
  void advance(unsigned Size) { Pos += Bad ? 0 : Size; }
  void fail() {
    Bad = true;
    Pos = End;
  }

  const uint8_t *Pos, *End;
  bool Bad = false;
  unsigned Nesting = 0;
  std::vector<StringRef> Strings;
  Loc Previous;
};

} // namespace
} // namespace binary

void writeBinary(const Unit &U, llvm::raw_ostream &OS) {
  binary::Encoder E;
  binary::transfer(E, U);
  E.finish(OS);
}

llvm::Expected<Unit> readBinary(StringRef Bytes) {
  using namespace binary;
  if (!Bytes.starts_with(Magic))
    return llvm::createStringError("not a gilray unit");
  if (Bytes.size() < HeaderSize)
    return llvm::createStringError("a gilray unit that is cut off");
  uint32_t Version = llvm::support::endian::read32le(Bytes.data() + VersionAt);
  if (Version != FormatVersion)
    return llvm::createStringError("a gilray unit of format version " + llvm::Twine(Version) +
                                   ", this gilray reads version " + llvm::Twine(FormatVersion));
  StringRef Payload = Bytes.drop_front(HeaderSize);
  if (llvm::support::endian::read64le(Bytes.data() + ChecksumAt) != llvm::xxh3_64bits(Payload))
    return llvm::createStringError("a damaged gilray unit: its checksum does not match");
  Unit U;
  Decoder D(Payload, U);
  transfer(D, U);
  if (!D.clean())
    return llvm::createStringError("a damaged gilray unit: its content does not make sense");
  if (auto Defect = findDefect(U))
    return llvm::createStringError("a damaged gilray unit: " + *Defect);
  return std::move(U);
}

} // namespace gilray::ir
