// What a rule says: plain values, ready for any report. Nothing here points back into units or engine.
#ifndef GILRAY_CORE_FINDING_H
#define GILRAY_CORE_FINDING_H

#include "core/CheckInfo.h"
#include <string>
#include <tuple>
#include <vector>

namespace gilray {

/// Lines and columns are 1-based, columns count bytes; the end is one past the last byte, 0 when unknown.
struct Place {
  std::string File; ///< absolute; reports make it relative
  unsigned Line = 0, Col = 0, EndLine = 0, EndCol = 0;
  auto key() const { return std::tie(File, Line, Col, EndLine, EndCol); }
  bool operator==(const Place &) const = default;
};

enum class NoteKind : uint8_t { Path, Macro, Why, Remedy, Related };

/// Has the thread an attached thread state (CPython's C API, "Thread states and the global interpreter lock")?
enum class ThreadState : uint8_t { Unknown, Attached, Detached };

/// Path notes, in order, are the witness: clang's notes, SARIF's code flow, the report's arrows.
struct Note {
  NoteKind Kind = NoteKind::Path;
  std::string Message;
  Place Where; ///< may be empty for Why and Remedy
  /// The same fault at another place: what the finding would say there. It does, once a comment silences this one.
  std::string Alone = {};
  /// Path: of the step's thread, from this step on. Unknown: as before the step.
  ThreadState After = ThreadState::Unknown;
  unsigned Thread = 0; ///< Path: 1 or 2 where a finding is about two threads; 0: that of the step before
};

/// One step of a witness.
inline Note step(std::string Message, Place Where, ThreadState After = ThreadState::Unknown, unsigned Thread = 0) {
  return {NoteKind::Path, std::move(Message), std::move(Where), {}, After, Thread};
}

/// Replaces [Where.begin, Where.end) by Text; without an end, inserts it.
struct Edit {
  Place Where;
  std::string Text;
  /// Lines of Text that are no preprocessor directives are to begin with the white space of the line at Where, which a
  /// rule cannot see. Whoever shows or makes the edit does that first.
  bool IndentLikeLine = false;
};
struct Fix {
  std::string Title;
  bool Safe = false; ///< provably right: `gilray check --fix` makes it; others are shown only
  std::vector<Edit> Edits;
};

struct Finding {
  const CheckInfo *Check = nullptr;
  Severity Sev = Severity::Warning;
  std::string Message; ///< lower-case start, no final stop
  Place Where;
  ThreadState State = ThreadState::Unknown; ///< in which the thread comes to Where, if the witness does not tell
  std::string Function;                     ///< qualified name of the enclosing function
  std::string Module;                       ///< extension module, if known
  std::vector<Note> Notes;
  std::vector<Fix> Fixes;
  std::vector<std::string> Targets; ///< filled by the driver: "3.12", "3.15t"
  std::string Fingerprint;          ///< filled by the driver
};

/// Something that was not judged, and why. Counted and shown, never silent.
struct Incomplete {
  Place Where;
  std::string Function; ///< empty: the whole file
  std::string Reason;
};

/// The one order of all reports: file, line, column, check, message.
bool before(const Finding &A, const Finding &B);
bool before(const Incomplete &A, const Incomplete &B);

} // namespace gilray

#endif
