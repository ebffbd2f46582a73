// Digests, frames and atomic files.
#include "cache/Bytes.h"
#include "ir/Unit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/xxhash.h"

namespace gilray::cache {

using namespace llvm;
using support::endian::read32le;
using support::endian::read64le;
using support::endian::write32le;
using support::endian::write64le;

std::string Digest::hex() const {
  std::string Text;
  raw_string_ostream(Text) << format("%016llx%016llx", static_cast<unsigned long long>(High),
                                     static_cast<unsigned long long>(Low));
  return Text;
}

Digest Digest::of(StringRef Bytes) {
  XXH128_hash_t H = xxh3_128bits(arrayRefFromStringRef(Bytes));
  return {H.high64, H.low64};
}

void PayloadWriter::number(uint64_t N) { encodeULEB128(N, OS); }
void PayloadWriter::string(StringRef S) {
  number(S.size());
  OS << S;
}
void PayloadWriter::digest(const Digest &D) {
  char Raw[16];
  write64le(Raw, D.High);
  write64le(Raw + 8, D.Low);
  OS.write(Raw, sizeof(Raw));
}

StringRef PayloadReader::string() {
  uint64_t Size = number();
  return Data.getBytes(Pos, Size);
}
Digest PayloadReader::digest() {
  uint64_t High = Data.getU64(Pos), Low = Data.getU64(Pos);
  return {High, Low};
}
uint64_t PayloadReader::count() {
  uint64_t N = number();
  if (N <= Data.size())
    return N;
  Lied = true;
  return 0;
}
bool PayloadReader::finish() {
  bool AtEnd = Pos && Pos.tell() == Data.size();
  if (Error E = Pos.takeError()) {
    consumeError(std::move(E));
    return false;
  }
  return AtEnd && !Lied;
}

[[maybe_unused]] static constexpr size_t MagicSize = 8;
static constexpr size_t LayoutAt = 8, FormatAt = 12, ChecksumAt = 16, HeaderSize = 24;

std::string frame(StringRef Magic, uint32_t Layout, StringRef Payload) {
  assert(Magic.size() == MagicSize);
  std::string Bytes(HeaderSize, '\0');
  copy(Magic, Bytes.begin());
  write32le(&Bytes[LayoutAt], Layout);
  write32le(&Bytes[FormatAt], ir::FormatVersion);
  write64le(&Bytes[ChecksumAt], xxh3_64bits(Payload));
  Bytes += Payload;
  return Bytes;
}

Expected<StringRef> unframe(StringRef Magic, uint32_t Layout, StringRef Bytes) {
  if (Bytes.size() < HeaderSize || !Bytes.starts_with(Magic))
    return createStringError("it was not written by gilray");
  if (read32le(Bytes.data() + LayoutAt) != Layout || read32le(Bytes.data() + FormatAt) != ir::FormatVersion)
    return createStringError("it was written by another version of gilray");
  StringRef Payload = Bytes.drop_front(HeaderSize);
  if (read64le(Bytes.data() + ChecksumAt) != xxh3_64bits(Payload))
    return createStringError("it is damaged");
  return Payload;
}

Error writeAtomically(StringRef Path, StringRef Bytes) {
  auto Temp = sys::fs::TempFile::create(Path + ".temp-%%%%%%%%", 0666);
  if (!Temp)
    return Temp.takeError();
  std::error_code EC;
  {
    raw_fd_ostream OS(Temp->FD, /*shouldClose=*/false);
    OS << Bytes;
    OS.flush();
    // A full disk is the caller's to report; an unread error would abort the program.
    EC = OS.error();
    OS.clear_error();
  }
  if (EC)
    return joinErrors(errorCodeToError(EC), Temp->discard());
  return Temp->keep(Path);
}

} // namespace gilray::cache
