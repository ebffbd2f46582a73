// Which members of the IR are stored, in which order: said once, for the encoder and the decoder of Binary.cpp.
//
// `sparse` writes one bit per member that differs from zero, then those members; most members of most objects are zero.
#ifndef GILRAY_IR_BINARYSCHEMA_H
#define GILRAY_IR_BINARYSCHEMA_H

#include "ir/Unit.h"
#include <type_traits>

namespace gilray::ir::binary {

/// The encoder sees the object as const, the decoder fills it.
template <typename Archive, typename T> using Of = std::conditional_t<Archive::Reading, T, const T>;

template <typename Enum> inline constexpr Enum Last{};
template <> inline constexpr HeaderClass Last<HeaderClass> = HeaderClass::Builtin;
template <> inline constexpr TypeKind Last<TypeKind> = TypeKind::Record;
template <> inline constexpr Linkage Last<Linkage> = Linkage::External;
template <> inline constexpr ValueKind Last<ValueKind> = ValueKind::Lambda;
template <> inline constexpr Op Last<Op> = Op::Xor;
template <> inline constexpr EventKind Last<EventKind> = EventKind::Fork;
template <> inline constexpr Ordering Last<Ordering> = Ordering::SeqCst;
template <> inline constexpr TermKind Last<TermKind> = TermKind::IndirectGoto;
template <> inline constexpr JumpKind Last<JumpKind> = JumpKind::EndOfFunction;
template <> inline constexpr FunctionKind Last<FunctionKind> = FunctionKind::GlobalDestructor;
template <> inline constexpr BodyState Last<BodyState> = BodyState::Coroutine;
template <> inline constexpr InitKind Last<InitKind> = InitKind::List;
template <> inline constexpr SuppressionKind Last<SuppressionKind> = SuppressionKind::End;
template <> inline constexpr Language Last<Language> = Language::Cxx;

template <typename A> void transfer(A &Ar, Of<A, File> &F) { Ar.sparse(F.Path, F.Class); }
template <typename A> void transfer(A &Ar, Of<A, MacroStep> &S) { Ar.sparse(S.Name, S.Defined, S.Class); }
template <typename A> void transfer(A &Ar, Of<A, Type> &T) {
  Ar.sparse(T.Kind, T.Spelling, T.Inner, T.Record, T.Args, T.Const, T.Volatile, T.Atomic, T.Extent);
}
template <typename A> void transfer(A &Ar, Of<A, Field> &F) { Ar.sparse(F.Name, F.Type, F.GuardedBy); }
template <typename A> void transfer(A &Ar, Of<A, Record> &R) {
  Ar.sparse(R.Name, R.Spelling, R.Where, R.Fields, R.Bases, R.PythonObject, R.Polymorphic, R.Destructor);
}
template <typename A> void transfer(A &Ar, Of<A, Callee> &C) {
  Ar.sparse(C.Id, C.Name, C.Header, C.Link, C.Record, C.Result, C.Params, C.TemplateArgs, C.NoReturn, C.NoThrow,
            C.Variadic, C.ReturnsTwice, C.Virtual);
}
template <typename A> void transfer(A &Ar, Of<A, Value> &V) {
  Ar.sparse(V.Kind, V.Operator, V.A, V.B, V.Ref, V.Type, V.Int, V.Str, V.Rec);
}
template <typename A> void transfer(A &Ar, Of<A, Capture> &C) { Ar.sparse(C.Name, C.From, C.Type, C.ByReference); }
template <typename A> void transfer(A &Ar, Of<A, Event> &E) {
  // "No block" is the usual target; plus one it becomes zero.
  uint32_t Unwind = E.Unwind + 1;
  Ar.sparse(E.Kind, E.Callee, E.Dst, E.Src, E.Result, E.Where, E.Args, E.Target, E.Type, Unwind, E.Order, E.Volatile,
            E.Implicit, E.Compound);
  if constexpr (A::Reading)
    E.Unwind = Unwind - 1;
}
template <typename A> void transfer(A &Ar, Of<A, CaseRange> &R) { Ar.sparse(R.Lo, R.Hi); }
template <typename A> void transfer(A &Ar, Of<A, Terminator> &T) {
  Ar.sparse(T.Kind, T.Jump, T.Value, T.Succs, T.Cases, T.Where);
}
template <typename A> void transfer(A &Ar, Of<A, Block> &B) { Ar.sparse(B.Events, B.Term, B.Loop); }
template <typename A> void transfer(A &Ar, Of<A, Loop> &L) { Ar.sparse(L.Header, L.Parent, L.Bound, L.Work, L.Where); }
template <typename A> void transfer(A &Ar, Of<A, Var> &V) { Ar.sparse(V.Name, V.Type, V.Where); }
template <typename A> void transfer(A &Ar, Of<A, Function> &F) {
  Ar.sparse(F.Id, F.Name, F.Kind, F.Link, F.Body, F.NoReturn, F.NoThrow, F.Virtual, F.Record, F.Header, F.Result,
            F.NumParams, F.Where, F.End, F.Overrides, F.Vars, F.Values, F.Captures, F.Blocks, F.Loops);
}
template <typename A> void transfer(A &Ar, Of<A, Init> &I) {
  Ar.sparse(I.Kind, I.Field, I.Int, I.Str, I.Spelling, I.Func, I.Type, I.Where, I.Elems, I.SizeWritten);
}
template <typename A> void transfer(A &Ar, Of<A, Global> &G) {
  Ar.sparse(G.Id, G.Name, G.Type, G.Link, G.ThreadLocal, G.Definition, G.DynamicInit, G.Owner, G.Where, G.Value,
            G.GuardedBy);
}
template <typename A> void transfer(A &Ar, Of<A, MacroArg> &M) { Ar.sparse(M.Text, M.Where); }
template <typename A> void transfer(A &Ar, Of<A, TopLevelMacro> &M) { Ar.sparse(M.Name, M.Args, M.Body, M.Where); }
template <typename A> void transfer(A &Ar, Of<A, PPGroup> &G) {
  Ar.sparse(G.Condition, G.Taken, G.Previous, G.Where, G.Names);
}
template <typename A> void transfer(A &Ar, Of<A, Suppression> &S) { Ar.sparse(S.Kind, S.Checks, S.Where); }
template <typename A> void transfer(A &Ar, Of<A, ParseIssue> &I) { Ar.sparse(I.Message, I.Fatal, I.Where); }
template <typename A> void transfer(A &Ar, Of<A, LineMapping> &M) {
  Ar.sparse(M.File, M.Line, M.Source, M.SourceLine, M.CountsOn);
}
template <typename A> void transfer(A &Ar, Of<A, UnitFacts> &F) {
  Ar.sparse(F.Lang, F.PyVersionHex, F.LimitedApi, F.GilDisabled, F.NDebug, F.NanobindFreeThreaded);
}
template <typename A> void transfer(A &Ar, Of<A, Unit> &U) {
  Ar.sparse(U.MainFile, U.FlagsHash, U.Facts, U.Files, U.MacroChains, U.Types, U.Records, U.Callees, U.Functions,
            U.Globals, U.TopLevelMacros, U.PPGroups, U.Suppressions, U.Issues, U.LineMap);
}

} // namespace gilray::ir::binary

#endif
