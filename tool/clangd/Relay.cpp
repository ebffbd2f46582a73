// See Relay.h. The editor's bytes go through at once, whatever they are.
#include "clangd/Relay.h"
#include "llvm/Support/Errno.h"
#include <array>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace gilray::clangd {

using namespace llvm;

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

void Relay::run() {
  std::array<char, 1 << 16> Buffer;
  ssize_t N;
  while ((N = sys::RetryAfterSignal(-1, [&] { return read(From, Buffer.data(), Buffer.size()); })) > 0) {
    StringRef Bytes(Buffer.data(), N);
    std::lock_guard<std::mutex> Hold(Writing);
    if (!forward(Bytes))
      break;
    Bounds.feed(Bytes);
    if (Bounds.between() && !forward(std::exchange(Ours, {})))
      break;
  }
  std::lock_guard<std::mutex> Hold(Writing);
  Closed = true;
  close(To);
}

void Relay::send(StringRef Json) {
  std::lock_guard<std::mutex> Hold(Writing);
  if (Closed)
    return;
  Ours += "Content-Length: " + std::to_string(Json.size()) + "\r\n\r\n" + Json.str();
  if (Bounds.between())
    (void)forward(std::exchange(Ours, {}));
}

} // namespace gilray::clangd
