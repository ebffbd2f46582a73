// Stands between the editor and clangd's standard input, and can put a message of its own between two of the editor's:
// clangd parses a file again only when a client asks, and takes such requests from nowhere else.
#ifndef GILRAY_CLANGD_RELAY_H
#define GILRAY_CLANGD_RELAY_H

#include "host/MessageBounds.h"
#include <mutex>

namespace gilray::clangd {

class Relay {
public:
  /// Puts a pipe in the place of standard input. Null: it cannot be had, and nothing has changed. Never destroyed.
  static Relay *start();
  /// Sends clangd a message, as the editor would, as soon as the editor's own is through.
  void send(llvm::StringRef Json);

private:
  Relay(int From, int To) : From(From), To(To) {}
  void run();
  bool forward(llvm::StringRef Bytes);

  int From, To;
  std::mutex Writing;
  tidy::MessageBounds Bounds;
  std::string Ours; ///< what waits for the end of a message
  bool Closed = false;
};

} // namespace gilray::clangd

#endif
