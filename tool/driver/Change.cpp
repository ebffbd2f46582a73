// See Change.h. git is asked with options that no configuration of the user's can bend.
#include "driver/Change.h"
#include "driver/Inputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

namespace gilray::driver {

using namespace llvm;

/// Standard output of git, or what it said instead.
static Expected<std::string> git(StringRef Directory, ArrayRef<StringRef> Args) {
  auto Git = sys::findProgramByName("git");
  if (!Git)
    return createStringError(Git.getError(), "--diff needs git, which was not found");
  SmallString<128> Out, Err;
  if (std::error_code EC = sys::fs::createTemporaryFile("gilray", "git", Out))
    return createStringError(EC, "cannot make a temporary file: %s", EC.message().c_str());
  FileRemover RemoveOut(Out);
  if (std::error_code EC = sys::fs::createTemporaryFile("gilray", "git", Err))
    return createStringError(EC, "cannot make a temporary file: %s", EC.message().c_str());
  FileRemover RemoveErr(Err);
  SmallVector<StringRef, 16> Command{*Git, "-C", Directory, "-c", "core.quotePath=false"};
  Command.append(Args.begin(), Args.end());
  std::optional<StringRef> Redirects[] = {StringRef(), StringRef(Out), StringRef(Err)};
  int Status = sys::ExecuteAndWait(*Git, Command, std::nullopt, Redirects);
  auto Read = [](StringRef Path) {
    auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    return Buffer ? (*Buffer)->getBuffer().str() : std::string();
  };
  if (Status)
    return createStringError("git " + Args[0] + ": " + StringRef(Read(Err)).rtrim());
  return Read(Out);
}

/// "a/dir/file.c" behind "--- "; names with control characters are quoted, and no source is called so.
static StringRef namedIn(StringRef Line, StringRef Prefix) {
  return Line.starts_with(Prefix) ? Line.drop_front(Prefix.size()).rtrim("\t\r") : StringRef();
}

Error Change::readDiff(StringRef Text) {
  File *Now = nullptr;
  StringRef Earlier;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    if (Line.starts_with("diff --git ")) {
      Now = nullptr;
      Earlier = "";
    } else if (!Now && Line.starts_with("--- ")) {
      Earlier = namedIn(Line, "--- a/");
    } else if (!Now && Line.starts_with("+++ ")) {
      StringRef Name = namedIn(Line, "+++ b/");
      if (Name.empty()) {
        Gone.insert(Earlier.str());
        continue;
      }
      Now = &Files[Root + "/" + Name.str()];
      Now->Earlier = Earlier.str();
      Now->New = Earlier.empty();
    } else if (Now && Line.starts_with("@@ ")) {
      // @@ -12,0 +13,2 @@
      auto [First, Count] = Line.split('+').second.split(' ').first.split(',');
      unsigned From = 0, Number = 1;
      if (First.getAsInteger(10, From) || (!Count.empty() && Count.getAsInteger(10, Number)))
        return createStringError("git diff: cannot read '" + Line + "'");
      // Where lines were only taken away, the lines around the gap are the change's.
      Now->Changed.push_back(Number ? Lines{From, From + Number - 1} : Lines{From, From + 1});
    }
  }
  return Error::success();
}

Expected<Change> Change::since(StringRef Base, StringRef Directory) {
  Change C;
  // Up from here, not the top level itself: that has no symbolic links, and the files' names may have.
  auto Up = git(Directory, {"rev-parse", "--show-cdup"});
  if (!Up)
    return Up.takeError();
  C.Root = absolutePath((Directory + "/" + StringRef(*Up).rtrim("\n")).str());
  std::string Tree = (Base + "^{commit}").str();
  if (auto Known = git(C.Root, {"rev-parse", "--verify", "--quiet", "--end-of-options", Tree}); !Known) {
    consumeError(Known.takeError());
    return createStringError("--diff: git knows no commit '" + Base + "' (a shallow clone may lack it)");
  }
  auto Parted = git(C.Root, {"merge-base", "--end-of-options", Base, "HEAD"});
  if (!Parted)
    return createStringError("--diff: '" + Base + "' has no commit in common with the present one");
  C.Commit = StringRef(*Parted).rtrim("\n").str();
  auto Diff = git(C.Root, {"diff", "--no-ext-diff", "--no-color", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/",
                           "--unified=0", "--find-renames", C.Commit, "--"});
  if (!Diff)
    return Diff.takeError();
  if (Error E = C.readDiff(*Diff))
    return std::move(E);
  auto Untracked = git(C.Root, {"ls-files", "--others", "--exclude-standard", "-z"});
  if (!Untracked)
    return Untracked.takeError();
  SmallVector<StringRef, 16> Names;
  StringRef(*Untracked).split(Names, '\0', -1, /*KeepEmpty=*/false);
  for (StringRef Name : Names)
    C.Files[C.Root + "/" + Name.str()].New = true;
  return std::move(C);
}

bool Change::touches(const Place &P) const {
  auto It = Files.find(P.File);
  if (It == Files.end())
    return false;
  return It->second.New || any_of(It->second.Changed, [&](const Lines &L) {
           return P.Line <= L.Last && std::max(P.Line, P.EndLine) >= L.First;
         });
}

bool Change::touches(const Finding &F) const {
  return touches(F.Where) || any_of(F.Notes, [&](const Note &N) {
           return (N.Kind == NoteKind::Path || N.Kind == NoteKind::Macro) && touches(N.Where);
         });
}

Expected<extract::FileTexts> Change::before() const {
  extract::FileTexts Texts;
  auto Add = [&](const std::string &Now, StringRef Earlier) -> Error {
    if (sourceKind(Now) == SourceKind::None)
      return Error::success();
    if (Earlier.empty()) {
      Texts[Now] = std::nullopt;
      return Error::success();
    }
    std::string Object = (Commit + ":" + Earlier).str();
    auto Text = git(Root, {"cat-file", "blob", Object});
    if (!Text)
      return Text.takeError();
    Texts[Now] = std::move(*Text);
    return Error::success();
  };
  for (const auto &[Path, F] : Files) {
    if (Error E = Add(Path, F.Earlier))
      return std::move(E);
    if (!F.Earlier.empty() && Root + "/" + F.Earlier != Path) // renamed
      if (Error E = Add(Root + "/" + F.Earlier, F.Earlier))
        return std::move(E);
  }
  for (const std::string &Name : Gone)
    if (Error E = Add(Root + "/" + Name, Name))
      return std::move(E);
  return Texts;
}

} // namespace gilray::driver
