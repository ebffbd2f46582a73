// Where messages of the language server protocol end in a stream of bytes:
//
//     Content-Length: 17\r\n
//     \r\n
//     {"jsonrpc":"2.0"}
#ifndef GILRAY_HOST_MESSAGEBOUNDS_H
#define GILRAY_HOST_MESSAGEBOUNDS_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace gilray::tidy {

class MessageBounds {
public:
  void feed(llvm::StringRef Bytes);
  /// Nothing but whole messages so far. Never again after bytes that are no message.
  bool between() const { return !Lost && Line.empty() && !InHeader && !Body; }

private:
  void line();

  std::string Line; ///< of a header, as far as it has come
  std::optional<size_t> Length;
  size_t Body = 0; ///< bytes that it still lacks
  bool InHeader = false, Lost = false;
};

} // namespace gilray::tidy

#endif
