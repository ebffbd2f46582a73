// See MessageBounds.h.
#include "host/MessageBounds.h"

namespace gilray::tidy {

using llvm::StringRef;

void MessageBounds::feed(StringRef Bytes) {
  while (!Lost && !Bytes.empty()) {
    if (Body) {
      size_t N = std::min(Body, Bytes.size());
      Body -= N;
      Bytes = Bytes.drop_front(N);
      continue;
    }
    size_t End = Bytes.find('\n');
    Line += Bytes.take_front(End);
    if (End == StringRef::npos)
      return;
    Bytes = Bytes.drop_front(End + 1);
    line();
    Line.clear();
  }
}

void MessageBounds::line() {
  StringRef L = StringRef(Line).trim();
  if (L.empty()) {
    Lost = !Length;
    Body = Length.value_or(0);
    Length.reset();
    InHeader = false;
    return;
  }
  InHeader = true;
  auto [Name, Value] = L.split(':');
  size_t N = 0;
  if (Name.trim().equals_insensitive("content-length") && !Value.trim().getAsInteger(10, N))
    Length = N;
}

} // namespace gilray::tidy
