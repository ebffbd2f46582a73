// Options of `gilray probe`, compiled by llvm-tblgen.
include "llvm/Option/OptParser.td"

def InRun : OptionVisibility;
def InInit : OptionVisibility;
def InReport : OptionVisibility;
def InCompare : OptionVisibility;
def InDoctor : OptionVisibility;

class In<list<OptionVisibility> V> { list<OptionVisibility> Visibility = V; }

multiclass Value<string name, string meta, string help, list<OptionVisibility> vis> {
  def "" : Separate<["--"], name>, MetaVarName<meta>, HelpText<help>, In<vis>;
  def _eq : Joined<["--"], name # "=">, Alias<!cast<Option>(NAME)>, In<vis>;
}

defm format : Value<"format", "FORMAT", "text (default), json, markdown, html or junit", [InRun, InReport]>;
defm output : Value<"output", "FILE", "write to FILE instead of standard output", [InRun, InReport, InInit, InCompare]>;
def o : JoinedOrSeparate<["-"], "o">, Alias<output>, In<[InRun, InReport, InInit, InCompare]>;
defm json : Value<"json", "FILE", "write the JSON report to FILE as well", [InRun]>;
defm kernel : Value<"kernel", "GLOB", "measure the kernels of that name only", [InRun]>;
defm seed : Value<"seed", "N", "for all random order (default: the spec's)", [InRun]>;
defm budget : Value<"budget", "SECONDS", "time for each kernel (default: the spec's)", [InRun]>;
defm manifest : Value<"kernels", "FILE", "manifest of 'gilray check --kernels FILE': what is to be measured", [InInit]>;
defm python : Value<"python", "LIST", "interpreters to measure with, comma-separated (default: those that are found)", [InInit, InDoctor]>;
def structure : Flag<["--"], "structure">, HelpText<"only what no load changes: imports, crashes, held time, releases; no speed-ups">, In<[InRun]>;
def no_costs : Flag<["--"], "no-costs">, HelpText<"do not measure what workers and handing data over cost">, In<[InRun]>;
defm replay : Value<"replay", "N", "replay each kernel's use of the GIL with N threads, more than there are processors", [InRun]>;
def strict : Flag<["--"], "strict">, HelpText<"exit 3 when no expectation failed and one is inconclusive">, In<[InRun]>;
def quiet : Flag<["--"], "quiet">, HelpText<"no progress">, In<[InRun]>;
def q : Flag<["-"], "q">, Alias<quiet>, In<[InRun]>;
def help : Flag<["--"], "help">, HelpText<"print this help">, In<[InRun, InInit, InReport, InCompare, InDoctor, DefaultVis]>;
def h : Flag<["-"], "h">, Alias<help>, In<[InRun, InInit, InReport, InCompare, InDoctor, DefaultVis]>;
