// See Relay.h.
#include "clangd/Relay.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include <array>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace gilray::clangd {

using namespace llvm;

/// A header of the protocol is one or two short lines.
static constexpr size_t LongestHeader = 4096;

Relay *Relay::start() {
  int Pipe[2];
  int Editor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  if (Editor < 0 || pipe(Pipe) < 0)
    return nullptr;
  (void)fcntl(Pipe[1], F_SETFD, FD_CLOEXEC);
  if (dup2(Pipe[0], STDIN_FILENO) < 0)
    return nullptr;
  close(Pipe[0]);
  auto *R = new Relay(Editor, Pipe[1]);
  std::thread([R] { R->run(); }).detach();
  return R;
}

bool Relay::forward(StringRef Bytes) {
  while (!Bytes.empty()) {
    ssize_t N = sys::RetryAfterSignal(-1, write, To, Bytes.data(), Bytes.size());
    if (N < 0)
      return false;
    Bytes = Bytes.drop_front(N);
  }
  return true;
}

/// One message, if Read has it whole.
bool Relay::forwardMessage() {
  size_t End = StringRef(Read).find("\r\n\r\n");
  if (End == StringRef::npos) {
    Messages = Read.size() <= LongestHeader;
    return false;
  }
  size_t Length = 0;
  bool Found = false;
  for (StringRef Line : split(StringRef(Read).take_front(End), "\r\n")) {
    auto [Name, Value] = Line.split(':');
    Found |= Name.trim().equals_insensitive("content-length") && !Value.trim().getAsInteger(10, Length);
  }
  Messages = Found;
  size_t Size = End + 4 + Length;
  if (!Found || Read.size() < Size)
    return false;
  std::lock_guard<std::mutex> Hold(Writing);
  if (!forward(StringRef(Read).take_front(Size)))
    return false;
  Read.erase(0, Size);
  return true;
}

void Relay::run() {
  std::array<char, 1 << 16> Buffer;
  ssize_t N;
  while ((N = sys::RetryAfterSignal(-1, [&] { return read(From, Buffer.data(), Buffer.size()); })) > 0) {
    Read.append(Buffer.data(), N);
    while (Messages && forwardMessage())
      ;
    if (Messages)
      continue;
    std::lock_guard<std::mutex> Hold(Writing);
    Closed = true; // to messages of ours
    if (!forward(Read))
      break;
    Read.clear();
  }
  std::lock_guard<std::mutex> Hold(Writing);
  (void)forward(Read); // half a message: clangd says so
  Closed = true;
  close(To);
}

void Relay::send(StringRef Json) {
  std::lock_guard<std::mutex> Hold(Writing);
  if (!Closed)
    (void)forward("Content-Length: " + std::to_string(Json.size()) + "\r\n\r\n" + Json.str());
}

} // namespace gilray::clangd
