// The file system with other texts for some files, or without them: a program as it was, or as it would be.
#ifndef GILRAY_EXTRACT_REPLACEDFILES_H
#define GILRAY_EXTRACT_REPLACEDFILES_H

#include "extract/Extract.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace gilray::extract {

class ReplacedFiles : public llvm::vfs::ProxyFileSystem {
public:
  ReplacedFiles(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Real, const FileTexts &Instead)
      : ProxyFileSystem(std::move(Real)), Texts(llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>()),
        Instead(Instead) {
    for (const auto &[Path, Text] : Instead)
      if (Text)
        Texts->addFile(Path, /*ModificationTime=*/0, llvm::MemoryBuffer::getMemBufferCopy(*Text, Path));
  }

  bool exists(const llvm::Twine &Path) override { return bool(status(Path)); }
  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    auto It = find(Path);
    if (It == Instead.end())
      return ProxyFileSystem::status(Path);
    if (!It->second)
      return make_error_code(llvm::errc::no_such_file_or_directory);
    auto Found = Texts->status(It->first);
    return Found ? llvm::vfs::Status::copyWithNewName(*Found, Path) : Found;
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &Path) override {
    auto It = find(Path);
    if (It == Instead.end())
      return ProxyFileSystem::openFileForRead(Path);
    if (!It->second)
      return make_error_code(llvm::errc::no_such_file_or_directory);
    return llvm::vfs::File::getWithPath(Texts->openFileForRead(It->first), Path);
  }

private:
  FileTexts::const_iterator find(const llvm::Twine &Path) const {
    llvm::SmallString<256> Absolute;
    Path.toVector(Absolute);
    makeAbsolute(Absolute);
    llvm::sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
    return Instead.find(std::string(Absolute));
  }

  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> Texts;
  const FileTexts &Instead;
};

} // namespace gilray::extract

#endif
