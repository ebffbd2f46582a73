// What the cache and the project index share: digests, a checksummed frame around a payload, atomic files.
#ifndef GILRAY_CACHE_BYTES_H
#define GILRAY_CACHE_BYTES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace gilray::cache {

struct Digest {
  uint64_t High = 0, Low = 0;
  bool operator==(const Digest &) const = default;
  std::string hex() const;
  static Digest of(llvm::StringRef Bytes);
};

/// Writes numbers and strings into a payload.
class PayloadWriter {
public:
  void number(uint64_t N);
  void string(llvm::StringRef S);
  void digest(const Digest &D);
  void raw(llvm::StringRef S) { OS << S; }
  const std::string &bytes() const { return Bytes; }

private:
  std::string Bytes;
  llvm::raw_string_ostream OS{Bytes};
};

/// Reads them back. After the first problem everything is zero or empty; finish() tells.
class PayloadReader {
public:
  explicit PayloadReader(llvm::StringRef Payload) : Data(Payload, /*IsLittleEndian=*/true, /*AddressSize=*/8), Pos(0) {}
  uint64_t number() { return Data.getULEB128(Pos); }
  llvm::StringRef string();
  Digest digest();
  bool good() { return static_cast<bool>(Pos); }
  /// A count of things that take at least one byte each; zero when it cannot be true.
  uint64_t count();
  /// True when everything was read without problem. Must be called.
  bool finish();

private:
  bool Lied = false;
  llvm::DataExtractor Data;
  llvm::DataExtractor::Cursor Pos;
};

/// Magic (8 characters), versions and checksum before a payload.
std::string frame(llvm::StringRef Magic, uint32_t Layout, llvm::StringRef Payload);
/// The payload, or what is wrong with the frame.
llvm::Expected<llvm::StringRef> unframe(llvm::StringRef Magic, uint32_t Layout, llvm::StringRef Bytes);

/// Replaces Path in one step: readers see the old or the new content, whatever happens meanwhile.
llvm::Error writeAtomically(llvm::StringRef Path, llvm::StringRef Bytes);

} // namespace gilray::cache

#endif
