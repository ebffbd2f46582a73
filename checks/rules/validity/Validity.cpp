#include "rules/validity/Validity.h"

namespace gilray::rules {

using ir::ValueKind;

std::string nameOf(const flow::Results &R, link::FnId F, ir::ValueId V) {
  const ir::Function &Fn = R.program().fn(F);
  while (Fn.Values[V].Kind == ValueKind::Cast)
    V = Fn.Values[V].A;
  if (Fn.Values[V].Kind == ValueKind::Global)
    if (const ir::Global *G = R.program().global(Fn.Values[V].Str))
      return "'" + G->Name.str() + "'";
  if (Fn.Values[V].Kind == ValueKind::Temp)
    for (const ir::Block &B : Fn.Blocks)
      for (const ir::Event &E : B.Events)
        if (E.Result == V && E.Callee)
          return "the result of '" + R.program().unit(F).Callees[E.Callee].Name.str() + "'";
  if (Fn.Values[V].Kind == ValueKind::String)
    return "\"" + Fn.Values[V].Str.str() + "\"";
  const flow::ValueTable &Table = R.engine().infos()[F].Values;
  std::string Spelled = Table.spell(Table.of(V));
  return Spelled.empty() ? "an object" : "'" + Spelled + "'";
}

std::string between(const flow::Results &R, const ownership::Disturbance &D) {
  if (D.Detaches)
    return "the thread was detached";
  const link::Target T = R.program().target(D.At.Fn, R.program().event(D.At));
  std::string Name = T.Named         ? "'" + T.Named->Name.str() + "'"
                     : T.Fns.empty() ? ""
                                     : "'" + R.functionName(T.Fns[0]) + "'";
  return (Name.empty() ? "a call" : Name) +
         (D.Sure == api::Degree::Certain ? " ran Python code" : " may have run Python code");
}

static std::string calleeOf(const flow::Results &R, link::EventRef At) {
  if (At.Index == link::EventRef::Terminator)
    return "";
  const ir::Event &E = R.program().event(At);
  return E.Callee ? R.program().unit(At.Fn).Callees[E.Callee].Name.str() : "";
}

Finding staleUse(const Input &In, const CheckInfo &Check, const ownership::StaleUse &U, std::string Obtained,
                 std::string Message) {
  const flow::Results &R = In.flow();
  Finding F = makeFinding(R, Check, U.At, std::move(Message));
  auto Add = [&](link::EventRef At, std::string Text) { F.Notes.push_back(step(std::move(Text), R.place(At))); };
  Add(U.What.At, std::move(Obtained));
  for (size_t I = 0; I < U.Below.size(); ++I)
    if (I + 1 == U.Below.size())
      Add(U.At, "it is passed to '" + calleeOf(R, U.At) + "' here");
  if (U.What.Why == ownership::Risk::Owned)
    Add(U.By.At, "the last reference to the object is given up here");
  else
    for (const flow::Step &S : In.validity().disturbances().witness(U.By))
      F.Notes.push_back(R.note(S));
  for (size_t I = U.Below.size(); I-- > 0;)
    Add(U.Below[I], I == 0 ? "it is used here" : "it is passed on here");
  return F;
}

} // namespace gilray::rules
