#include "rules/Report.h"
#include "llvm/ADT/STLExtras.h"

namespace gilray::rules {

using link::RootKind;

static void macroNotes(Finding &F, const flow::Results &Results, const ir::Unit &U, const ir::Loc &L) {
  for (const ir::MacroStep &M : U.MacroChains[L.Chain])
    if (M.Class == ir::HeaderClass::Project)
      F.Notes.push_back({NoteKind::Macro, "expanded from macro '" + M.Name.str() + "'", Results.place(U, M.Defined)});
}

Finding makeFinding(const flow::Results &Results, const CheckInfo &Check, link::EventRef At, std::string Message) {
  const link::Program &P = Results.program();
  Finding F;
  F.Check = &Check;
  F.Sev = Check.Default;
  F.Message = std::move(Message);
  F.Where = Results.place(At);
  F.Function = Results.functionName(At.Fn);
  F.Module = P.moduleOf(P.unit(At.Fn)).str();
  macroNotes(F, Results, P.unit(At.Fn), P.where(At));
  return F;
}

/// The message about another use: an API's name, which is quoted and called, or a phrase such as "destroying a 'x'".
static std::string aboutOther(std::string Message, const std::string &Subject, const std::string &Other) {
  if (Subject.empty() || Other.empty())
    return Message;
  static constexpr std::pair<const char *, const char *> Verbs[] = {{" is used", " happens"}, {" is called", ""}};
  for (auto [OfName, OfPhrase] : Verbs) {
    auto Spoken = [&](const std::string &S) {
      return S.find(' ') == std::string::npos ? "'" + S + "'" + OfName : S + OfPhrase;
    };
    std::string Old = Spoken(Subject);
    if (size_t At = Message.find(Old); At != std::string::npos)
      return Message.replace(At, Old.size(), Spoken(Other));
  }
  return Message;
}

Finding makeFinding(const flow::Results &Results, const CheckInfo &Check, const flow::Report &R, std::string Message) {
  const link::Program &P = Results.program();
  Finding F = makeFinding(Results, Check, R.At, std::move(Message));
  F.State = flow::mayNotCallApi(R.What.Now)        ? ThreadState::Detached
            : R.What.Now == flow::Thread::Attached ? ThreadState::Attached
                                                   : ThreadState::Unknown;
  if (R.Raised.valid())
    F.Where = Results.place(R.Raised);
  for (const flow::Step &S : R.Path)
    F.Notes.push_back(Results.note(S));
  if (R.Raised.valid())
    F.Notes.push_back(step("the exception destroys it here", Results.place(R.At)));
  if (R.What.At != R.At && R.What.At.valid()) {
    std::string Text = R.What.Subject.empty() ? "here" : "'" + R.What.Subject + "' is reached here";
    if (R.What.Subject.find(' ') != std::string::npos)
      Text = R.What.Subject + " here";
    F.Notes.push_back(step(Text, Results.place(R.What.At)));
    macroNotes(F, Results, P.unit(R.What.At.Fn), P.where(R.What.At));
  }
  for (const flow::Step &S : R.Also) {
    std::string What = S.Text.find('\'') == std::string::npos ? "'" + S.Text + "'" : S.Text;
    F.Notes.push_back({NoteKind::Related,
                       R.Crossings      ? "reached detached from here too"
                       : S.Text.empty() ? "the same happens here"
                                        : "the same holds for " + What + " here",
                       Results.place(*S.Unit, S.Where), aboutOther(F.Message, R.What.Subject, S.Text)});
  }
  return F;
}

void why(Finding &F, std::string Text) { F.Notes.push_back({NoteKind::Why, std::move(Text), {}}); }
void remedy(Finding &F, std::string Text) { F.Notes.push_back({NoteKind::Remedy, std::move(Text), {}}); }
void related(Finding &F, const flow::Results &Results, link::EventRef At, std::string Text) {
  F.Notes.push_back({NoteKind::Related, std::move(Text), Results.place(At)});
}

bool isForeignEntry(const link::Root *R) {
  if (!R)
    return false;
  switch (R->Kind) {
  case RootKind::Thread:
  case RootKind::ThreadExit:
  case RootKind::PyAtExit:
  case RootKind::Fork:
  case RootKind::Hook:
  case RootKind::Loop:
  case RootKind::Callback:
    return true;
  default:
    return false;
  }
}

std::string crossing(const flow::Results &Results, const flow::Report &R) {
  if (R.At == R.What.At)
    return "";
  for (const flow::Step &S : R.Path) // the call itself is a step, also when it goes through a pointer
    if (S.Called != link::NoFn && S.Unit == &Results.program().unit(R.At.Fn) &&
        S.Where == Results.program().where(R.At))
      return Results.functionName(S.Called);
  const link::Target T = Results.program().target(R.At.Fn, Results.program().event(R.At));
  if (T.Fns.size() == 1)
    return Results.functionName(T.Fns.front());
  return T.Named ? T.Named->Name.str() : "";
}

void entryNotes(Finding &F, const flow::Results &Results, const flow::Report &R) {
  const link::Program &P = Results.program();
  if (!R.Via)
    return;
  std::string Name = "'" + Results.functionName(R.Via->Fn) + "'";
  std::vector<Note> Notes;
  auto Add = [&](std::string Text, Place Where, ThreadState After = ThreadState::Detached) {
    Notes.push_back(step(std::move(Text), std::move(Where), After));
  };
  Place Where = R.Via->Unit ? Results.place(*R.Via->Unit, R.Via->Where) : Place();
  switch (R.Via->Kind) {
  case RootKind::Thread:
    Add(Name + " is started on a new thread here, which has no thread state", Where);
    break;
  case RootKind::ThreadExit:
    Add(Name + " is registered here to run when a thread ends, without a thread state", Where);
    break;
  case RootKind::Signal:
    Add(Name + " is installed as a signal handler here", Where, ThreadState::Unknown);
    break;
  case RootKind::AtExit:
    Add(Name + " is registered here to run at process exit", Where, ThreadState::Unknown);
    break;
  case RootKind::PyAtExit:
    Add(Name + " is registered here; Py_AtExit runs it after the interpreter is gone", Where, ThreadState::Unknown);
    break;
  case RootKind::Hook:
    Add(Name + " is installed here as a hook that is called detached", Where);
    break;
  case RootKind::Loop:
    Add(Name + " is registered here as a loop that NumPy runs with the GIL released", Where);
    break;
  case RootKind::Callback:
    Add(Name + " is registered with " +
            (R.Registered && !R.Registered->Library.empty() ? "'" + R.Registered->Library + "'"
                                                            : std::string("a library")) +
            " here",
        Where, ThreadState::Unknown);
    if (R.Foreign.valid()) {
      const link::Target T = P.target(R.Foreign.Fn, P.event(R.Foreign));
      if (!T.Foreign && !T.Unresolved) { // what the authors believe
        bool Own = R.Foreign.Fn == R.Via->Fn;
        Add(Own ? Name + " attaches itself here, so it is expected to be called detached"
                : "'" + Results.functionName(R.Foreign.Fn) +
                      "', which is registered in the same way, attaches itself here, so it is expected to be called "
                      "detached",
            Results.place(R.Foreign));
        break;
      }
      bool SameHandle = !R.Registered || !R.Registered->Handles.empty() || !R.Registered->Kept;
      Add((T.Named ? "'" + T.Named->Name.str() + "'" : std::string("the library")) +
              (SameHandle ? " is called detached here with the same handle and may run the callback"
                          : " of the same library is called detached here and may run the callback"),
          Results.place(R.Foreign));
    } else if (const flow::CallbackBelief *B = Results.callbackBelief(R.Via->Fn)) {
      Add(std::to_string(B->Callbacks.For) + " of " + std::to_string(B->Callbacks.all()) + " callbacks of '" + B->Of +
              "' attach before they use Python, such as '" + Results.functionName(B->Example) + "'",
          Results.place(P.unit(B->Example), P.fn(B->Example).Where));
    }
    break;
  case RootKind::Bound:
    if (R.Via->State != api::EntryState::Detached)
      break;
    // The call of def begins where its chain does, a lambda stands inside it.
    if (llvm::StringRef(P.fn(R.Via->Fn).Name).ends_with("lambda::operator()"))
      Where = Results.place(P.unit(R.Via->Fn), P.fn(R.Via->Fn).Where);
    Add((R.Via->PythonName.empty() ? Name : "'" + R.Via->PythonName + "'") +
            " is bound here with a call guard that releases the GIL",
        Where);
    break;
  case RootKind::Assumed:
    if (R.Via->State == api::EntryState::Detached)
      Add(Name + " can only be entered detached: it attaches before it detaches", Where);
    break;
  default:
    break;
  }
  auto FirstPath = llvm::find_if(F.Notes, [](const Note &N) { return N.Kind != NoteKind::Macro; });
  F.Notes.insert(FirstPath, Notes.begin(), Notes.end());
}

} // namespace gilray::rules
