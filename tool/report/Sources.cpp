// Source lines.
#include "report/Sources.h"

namespace gilray::report {

using namespace llvm;

const Sources::File &Sources::load(StringRef Path) {
  auto [It, New] = Files.try_emplace(Path);
  if (New)
    if (auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false))
      It->second.fill(std::move(*Buffer));
  return It->second;
}

void Sources::set(StringRef Path, StringRef Text) { Files[Path].fill(MemoryBuffer::getMemBufferCopy(Text, Path)); }

void Sources::File::fill(std::unique_ptr<MemoryBuffer> From) {
  Buffer = std::move(From);
  StringRef Text = Buffer->getBuffer();
  Starts = {0};
  for (size_t At = Text.find('\n'); At != StringRef::npos; At = Text.find('\n', At + 1))
    Starts.push_back(At + 1);
}

StringRef Sources::line(StringRef Path, unsigned Number) {
  const File &F = load(Path);
  if (Number == 0 || Number > F.Starts.size())
    return {};
  StringRef Rest = F.Buffer->getBuffer().drop_front(F.Starts[Number - 1]);
  return Rest.take_until([](char C) { return C == '\n'; }).rtrim('\r');
}

std::string Sources::text(const Place &Where) {
  if (Where.EndLine < Where.Line || Where.EndCol == 0 || Where.Col == 0)
    return line(Where.File, Where.Line).str();
  std::string Text;
  for (unsigned N = Where.Line; N <= Where.EndLine; ++N) {
    StringRef L = line(Where.File, N);
    if (N == Where.EndLine)
      L = L.take_front(Where.EndCol - 1);
    if (N == Where.Line)
      L = L.drop_front(std::min<size_t>(Where.Col - 1, L.size()));
    (Text += L) += '\n';
  }
  return Text;
}

} // namespace gilray::report
