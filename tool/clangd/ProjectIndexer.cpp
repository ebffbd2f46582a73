// See ProjectIndexer.h.
#include "clangd/ProjectIndexer.h"
#include "cache/ProjectIndex.h"
#include "config/Config.h"
#include "host/Kept.h"
#include "host/Settling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include <chrono>
#include <sys/resource.h>

namespace gilray::clangd {

using namespace llvm;

/// Saving all files of a project should give one run, not twenty.
static constexpr std::chrono::seconds Gathering(1);
static constexpr int LowPriority = 10;

/// The gilray of the same installation, else the one on PATH. GILRAY_EDITOR_INDEX=off: none.
static std::string findGilray() {
  if (sys::Process::GetEnv("GILRAY_EDITOR_INDEX") == "off")
    return {};
  static int Anchor;
  SmallString<256> Beside(sys::path::parent_path(sys::fs::getMainExecutable(nullptr, &Anchor)));
  sys::path::append(Beside, "gilray");
  if (sys::fs::can_execute(Beside))
    return std::string(Beside);
  auto OnPath = sys::findProgramByName("gilray");
  return OnPath ? *OnPath : std::string();
}

ProjectIndexer &ProjectIndexer::get() {
  static auto *Only = new ProjectIndexer;
  return *Only;
}

ProjectIndexer::ProjectIndexer() : Gilray(findGilray()) {
  if (!Gilray.empty())
    std::thread([this] { work(); }).detach();
}

static int64_t modified(StringRef File) {
  sys::fs::file_status S;
  return sys::fs::status(File, S) ? 0 : S.getLastModificationTime().time_since_epoch().count();
}

std::string ProjectIndexer::indexFor(StringRef File) {
  if (Gilray.empty())
    return {};
  config::Config None;
  auto Conf = tidy::Kept::config(config::findUpwards(File));
  if (!Conf)
    consumeError(Conf.takeError()); // told with the findings
  std::string Root = config::projectRoot(Conf ? **Conf : None, File, "");
  if (Root.empty()) // a file on its own: its directory may be anything, even the user's home
    return {};
  std::lock_guard<std::mutex> Hold(Lock);
  Project &P = ByRoot[Root];
  if (P.Path.empty())
    P.Path = cache::ProjectIndex::defaultPath(Root);
  int64_t &Known = P.Modified[File.str()], Now = modified(File);
  if (Known != Now && !P.Path.empty()) {
    Known = Now;
    P.Wanted = true;
    Wake.notify_one();
  }
  return P.Path;
}

void ProjectIndexer::work() {
  std::unique_lock<std::mutex> Hold(Lock);
  while (true) {
    auto Next = find_if(ByRoot, [](const auto &P) { return P.second.Wanted; });
    if (Next == ByRoot.end()) {
      Wake.wait(Hold);
      continue;
    }
    Hold.unlock();
    std::this_thread::sleep_for(Gathering);
    Hold.lock();
    Next->second.Wanted = false;
    std::string Root = Next->first, Path = Next->second.Path;
    Hold.unlock();
    int64_t Before = modified(Path);
    run(Root, Path);
    if (modified(Path) != Before)
      tidy::Settling::get().projectChanged(Path);
    Hold.lock();
  }
}

void ProjectIndexer::run(const std::string &Root, const std::string &Path) {
  (void)sys::fs::create_directories(sys::path::parent_path(Path));
  StringRef Args[] = {Gilray, "index", "--quiet", "--index", Path, Root};
  // Standard input and output are the editor's.
  std::optional<StringRef> Nowhere[] = {StringRef(), StringRef(), StringRef()};
  sys::ProcessInfo Child = sys::ExecuteNoWait(Gilray, Args, std::nullopt, Nowhere);
  if (Child.Pid == sys::ProcessInfo::InvalidPid)
    return;
  (void)setpriority(PRIO_PROCESS, Child.Pid, LowPriority);
  sys::Wait(Child, std::nullopt);
}

} // namespace gilray::clangd
