// The readable form of the IR: `gilray ir FILE` prints it, tests are written in it. print(parse(print(u))) == print(u).
//
//     unit "a.c" py=0x030d00f0
//     function f(self: PyObject *, n: int) {
//       var save: PyThreadState *
//       branch n > 500 ? big : done at 3:7
//     big:
//       %1 = call PyEval_SaveThread() at 4:12
//       assign save = %1
//     done:
//       read self->Conn::db at 6:3
//       return null
//     }
//
// One statement per line (or `;`), // comments. The printer writes everything; by hand most may be left out: tables
// (files, types, callees) grow by use, ids are names, places are unknown, blocks without terminator fall through, the
// last one returns. LINE is a line of the unit or of a function:
//
// clang-format off
//   unit "PATH" [lang=c|c++] [py=HEX] [limited=HEX] [gil_disabled] [ndebug] [nb_free_threaded] [flags=HEX]
//   file [N] CLASS "PATH"
//   type [N] KIND "SPELLING" [inner=#N] [record=NAME] [args=(#N, ..)] [extent=N] [const] ..
//   chain [N] { MACRO [CLASS] [at LOC], .. }      outermost first; LOC^N refers to it
//   callee [N] NAME or NAME[CLASS] [id="ID"] [header=FILE] [LINKAGE] [record=NAME] [result=T] [params=(T, ..)] ..
//   record NAME [bases=(T, ..)] [pyobject] [polymorphic] [destructor="ID"] [at LOC] { FIELD[: T] .. }
//   global @NAME[: T] [id="ID"] [LINKAGE] [extern] [thread_local] [dynamic] [owner="ID"] [at LOC] [= INIT]
//   toplevel NAME("ARG" [at LOC], ..) [body="ID"] [at LOC]
//   group "COND" [taken] [after=N] [names=(..)] [at LOC]      after: the group before of the same #if, from 1
//   suppress KIND [checks=(..)]
//   issue "TEXT" [fatal]
//   map FILE:LINE to FILE:LINE [on]      where generated lines come from (#0:0: from nowhere); on: lines count on
//   function NAME(PARAM[: T], ..)[: T] [id="ID"] [LINKAGE] [kind=K] [body=STATE] [record=NAME] .. [end LOC] { .. }
//     var NAME[: T] [at LOC], ..
//     captures { [&]NAME[: T] = V, .. }
//     loop LABEL [parent=N] [bound=V] [work=N]
//     LABEL: [loop=N]
//     [%N =] call|macro|construct|destroy|fork CALLEE(V, ..)      [%N =] call via V(V, ..)
//     assign V = V     write V = V     read V     guard_enter V     guard_leave V
//         then: [order=relaxed..] [volatile] [implicit] [compound] [type=T] [unwind=LABEL] [at LOC]
//     jump LABEL [by goto|break|continue]     branch V ? LABEL : LABEL
//     switch V { 1: LABEL, 2..5: LABEL, default: LABEL }
//     return [V] [by end]     throw [V] [to LABEL]     resume [to LABEL]     unreachable     indirect V to LABEL, ..
//
//   V: x  #3 (variable 3)  %1  @global  fn NAME  lambda(NAME, 1)  5  5{MACRO}  "bytes\x00"  null  undef  unknown
//      *p  &x  s.f  p->f  p->Record::f  a[i]  (v as T)  (v : T)  and C's unary and binary operators
//   INIT: [.FIELD =] unknown|null|N|"bytes"|fn CALLEE|&@NAME|{ INIT, .. } [sized] [spelled NAME] [: T] [at LOC]
//   T: a plain C type (const char *), "any spelling", #N, ?      CALLEE: NAME, NAME[CLASS], "any name", #N, ?
//   LOC: LINE:COL[-[ENDLINE:]ENDCOL][^CHAIN], before it FILE: unless it is the main file
//   CLASS: project python numpy pybind11 nanobind boost_python libc std system builtin; a callee never seen before is
//          guessed from its name (Py.., std::.. and the like), else project; a definition in the unit wins over a guess
// clang-format on
#ifndef GILRAY_IR_TEXT_H
#define GILRAY_IR_TEXT_H

#include "ir/Unit.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace gilray::ir {

/// Prints everything the unit holds. Deterministic. Values print as expressions, so value ids are not kept.
void print(const Unit &U, llvm::raw_ostream &OS);
/// Errors carry "line:column: message".
llvm::Expected<Unit> parseText(StringRef Text);

} // namespace gilray::ir

#endif
