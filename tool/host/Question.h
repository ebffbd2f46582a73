// What is to be judged in an editor or in clang-tidy, on its own: it can be judged again later, on another thread.
#ifndef GILRAY_HOST_QUESTION_H
#define GILRAY_HOST_QUESTION_H

#include "config/Config.h"
#include "host/Kept.h"
#include "tidy/FileJudge.h"

namespace gilray::tidy {

struct Question {
  std::string MainFile; ///< absolute
  std::string Text;     ///< of MainFile as the host has it, saved or not
  HostOptions Options;
  std::vector<const CheckInfo *> Enabled;
  std::shared_ptr<const config::Config> Conf;
  std::shared_ptr<const ir::Unit> Unit;          ///< of MainFile; skipped bodies are resolved
  std::shared_ptr<const IndexedProject> Project; ///< null: none
  bool BodiesSkipped = false;                    ///< the host read no bodies in headers: Project knows them

  bool sameAs(const Question &Q) const {
    return Text == Q.Text && Options == Q.Options && Enabled == Q.Enabled && Conf == Q.Conf && Project == Q.Project;
  }
};

enum class Scope : uint8_t {
  File,    ///< the file and what the index knows of its headers
  Project, ///< with all other files of the index
};

Judgement judge(const Question &Q, Scope S);

} // namespace gilray::tidy

#endif
