// One file inside clang-tidy or clangd: configuration, project index, analysis, suppressions. Several threads of one
// process come here at the same time, again and again for the same project: what was read stays until it changes.
#include "tidy/FileJudge.h"
#include "driver/Inputs.h"
#include "host/HeaderFunctions.h"
#include "host/Question.h"
#include "host/Settling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace gilray::tidy {

using namespace llvm;

struct FileJudge::Impl {
  Question Q;
  extract::Options Extraction;
  std::vector<std::string> Troubles;

  std::string configPath() const {
    if (Q.Options.Config == "none")
      return {};
    return Q.Options.Config.empty() ? config::findUpwards(Q.MainFile) : Q.Options.Config;
  }
  void linkIndex(ir::Unit &U);
};

FileJudge::FileJudge(StringRef MainFile, const HostOptions &Options) : P(std::make_unique<Impl>()) {
  Question &Q = P->Q;
  Q.MainFile = driver::absolutePath(MainFile);
  Q.Options = Options;
  auto Conf = Kept::config(P->configPath());
  if (Conf)
    Q.Conf = *Conf;
  else {
    P->Troubles.push_back(toString(Conf.takeError()));
    Q.Conf = std::make_shared<config::Config>();
  }
  P->Extraction.ProjectRoot = config::projectRoot(*Q.Conf, Q.MainFile, sys::path::parent_path(Q.MainFile));
}

FileJudge::~FileJudge() = default;

const extract::Options &FileJudge::extraction() const { return P->Extraction; }

/// The rest of the project, as far as the index knows it.
void FileJudge::Impl::linkIndex(ir::Unit &U) {
  if (Q.Options.Index.empty())
    return;
  auto Read = Kept::index(Q.Options.Index, "");
  if (!Read)
    return Troubles.push_back(toString(Read.takeError()));
  Q.Project = *Read;
  Q.BodiesSkipped = hasSkippedBodies(U);
  sys::fs::file_status S;
  if (!Q.BodiesSkipped || sys::fs::status(Q.Options.Index, S))
    return;
  std::vector<const ir::Unit *> Known;
  if (const ir::Unit *Headers = Q.Project->headersOf(U.MainFile))
    Known.push_back(Headers);
  for (const ir::Unit &Other : Q.Project->units())
    if (Other.MainFile != U.MainFile)
      Known.push_back(&Other);
  resolveSkippedBodies(U, Known, S.getLastModificationTime().time_since_epoch().count());
}

Judgement FileJudge::judge(std::shared_ptr<ir::Unit> U, ArrayRef<const CheckInfo *> Enabled, StringRef Text) {
  P->Q.Text = Text.str();
  P->Q.Enabled = Enabled.vec();
  P->linkIndex(*U);
  P->Q.Unit = std::move(U);
  Judgement Out = Settling::get().answer(std::move(P->Q));
  Out.Troubles.insert(Out.Troubles.begin(), P->Troubles.begin(), P->Troubles.end());
  return Out;
}

} // namespace gilray::tidy
