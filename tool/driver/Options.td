// The command line of gilray, compiled by llvm-tblgen. Visibility says which subcommands know an option, groups are the
// headings of --help.
include "llvm/Option/OptParser.td"

def InCheck : OptionVisibility;
def InIr : OptionVisibility;
def InReadiness : OptionVisibility;
def InList : OptionVisibility;
def InExplain : OptionVisibility;
def InCatalogue : OptionVisibility;
def InCache : OptionVisibility;
def InIndex : OptionVisibility;
def InBaseline : OptionVisibility;
def InReport : OptionVisibility;
def InCompletion : OptionVisibility;
def InManual : OptionVisibility;
def InMain : OptionVisibility;

class In<list<OptionVisibility> V> { list<OptionVisibility> Visibility = V; }

def grp_input : OptionGroup<"input">, HelpText<"Input">;
def grp_select : OptionGroup<"select">, HelpText<"What to look for">;
def grp_output : OptionGroup<"output">, HelpText<"Output">;
def grp_run : OptionGroup<"run">, HelpText<"How it runs">;
def grp_misc : OptionGroup<"misc">, HelpText<"Other">;

// --name VALUE and --name=VALUE. The joined form carries no help: it is the same option.
multiclass Value<string name, string meta, string help, OptionGroup group, list<OptionVisibility> vis,
                 list<HelpTextVariant> variants = [], string values = "", list<OptionFlag> flags = []> {
  def "" : Separate<["--"], name>, MetaVarName<meta>, HelpText<help>, Group<group>, In<vis>, Values<values>, Flags<flags> {
    let HelpTextsForVariants = variants;
  }
  def _eq : Joined<["--"], name # "=">, Alias<!cast<Option>(NAME)>, Group<group>, In<vis>;
}
// HelpHidden: in the manual and in --help-all only.
class Switch<string name, string help, OptionGroup group, list<OptionVisibility> vis>
    : Flag<["--"], name>, HelpText<help>, Group<group>, In<vis>;

// ---- input
def p : JoinedOrSeparate<["-"], "p">, MetaVarName<"BUILD_DIR">, Group<grp_input>, In<[InCheck, InBaseline, InIr, InReadiness, InIndex]>,
  HelpText<"directory with compile_commands.json (default: searched upwards)">;
defm python : Value<"python", "PATH", "the Python whose headers are used (default: python3 on PATH)", grp_input, [InCheck, InBaseline, InIr, InReadiness, InIndex]>;
defm cython : Value<"cython", "PATH", "the Cython that compiles given .pyx files (default: cython on PATH)", grp_input, [InCheck, InBaseline, InReadiness, InIndex]>;
defm target : Value<"target", "LIST", "Python versions, such as 3.12,3.15t (t: free-threaded)", grp_input, [InCheck, InBaseline, InIr, InReadiness]>;
defm config : Value<"config", "FILE", "configuration (default: .gilray.yaml, searched upwards)", grp_input, [InCheck, InBaseline, InReadiness, InIndex]>;
def no_config : Switch<"no-config", "use no configuration file", grp_input, [InCheck, InBaseline, InReadiness, InIndex]>, Flags<[HelpHidden]>;
defm resource_dir : Value<"resource-dir", "DIR", "Clang's resource directory (default: found next to Clang 22)", grp_input, [InCheck, InBaseline, InIr, InReadiness, InIndex], [], "", [HelpHidden]>;
defm index : Value<"index", "FILE", "project index: link with the files of earlier runs, and add these", grp_input, [InCheck, InBaseline, InReadiness, InIndex],
  [HelpTextVariant<[InIndex], "where it is written (default: where gilray-clangd looks for the project's)">], "", [HelpHidden]>;

def project : Switch<"project", "link with the rest of the project; report on the paths alone", grp_input, [InCheck, InBaseline]>;

// ---- selection
defm checks : Value<"checks", "GLOBS", "checks to run; '-' excludes: 'gilray-detached-*,-*-callback'", grp_select, [InCheck, InBaseline]>;
defm severity : Value<"severity", "LEVEL", "show from this level on: note, warning (default) or error", grp_select, [InCheck, InBaseline], [], "note,warning,error">;
defm fail_on : Value<"fail-on", "LEVEL", "exit 1 from this level on: note, warning (default), error, never", grp_select, [InCheck, InReadiness],
  [HelpTextVariant<[InReadiness], "exit 1 for: contradicted, blocked (or contradicted), never (default)">], "note,warning,error,never">;
defm diff : Value<"diff", "COMMIT", "only what the change since COMMIT is to blame for", grp_select, [InCheck, InBaseline]>;
defm baseline : Value<"baseline", "FILE", "leave out the findings that FILE holds; see 'gilray baseline'", grp_select, [InCheck, InBaseline],
  [HelpTextVariant<[InBaseline], "the baseline (default: .gilray-baseline.json in the project's root)">]>;
def grow : Switch<"grow", "with update: take in new findings, too", grp_select, [InBaseline]>;
def strict : Switch<"strict", "exit 2 if anything could not be judged completely", grp_select, [InCheck, InBaseline, InReadiness]>;

// ---- fixes
def fix : Switch<"fix", "make the safe fixes of what is shown; report only what is left", grp_select, [InCheck]>;
def fix_dry_run : Switch<"fix-dry-run", "print what --fix would change, as a diff", grp_select, [InCheck]>;

// ---- output
defm format : Value<"format", "FORMAT", "text, json, sarif, github, gitlab, junit, markdown or html", grp_output, [InCheck, InBaseline, InReadiness, InReport],
  [HelpTextVariant<[InReadiness], "text (default), json, markdown, or badge: one line per module">], "text,json,sarif,github,gitlab,junit,markdown,html">;
defm output : Value<"output", "FILE", "write the report to FILE instead of standard output", grp_output, [InCheck, InBaseline, InReadiness, InReport]>;
defm kernels : Value<"kernels", "FILE", "also list what releases the GIL, or should, for 'gilray probe'", grp_output, [InCheck]>;
def o : JoinedOrSeparate<["-"], "o">, Alias<output>, Group<grp_output>, In<[InCheck, InBaseline, InReadiness, InReport]>;
defm color : Value<"color", "WHEN", "auto (default), always or never", grp_output, [InCheck, InBaseline, InReadiness], [], "auto,always,never">;
def quiet : Switch<"quiet", "findings and errors only", grp_output, [InCheck, InBaseline, InReadiness, InIndex]>;
def q : Flag<["-"], "q">, Alias<quiet>, Group<grp_output>, In<[InCheck, InBaseline, InReadiness, InIndex]>;
def stats : Switch<"stats", "print times, sizes and what could not be judged", grp_output, [InCheck, InBaseline, InReadiness, InIndex]>;
def binary_size : Switch<"binary-size", "print the sizes of the text and the binary form instead of the IR", grp_output, [InIr]>;
def json : Switch<"json", "print as JSON", grp_output, [InCatalogue]>;

// ---- run
def jobs : JoinedOrSeparate<["-"], "j">, MetaVarName<"N">, Group<grp_run>, In<[InCheck, InBaseline, InReadiness, InIndex]>,
  HelpText<"files parsed at the same time (default: all cores)">;
defm jobs_long : Value<"jobs", "N", "", grp_run, [InCheck, InBaseline, InReadiness, InIndex]>;
defm cache_dir : Value<"cache-dir", "DIR", "where parsed files are kept (default: GILRAY_CACHE_DIR, else gilray in the user's cache directory)", grp_run, [InCheck, InBaseline, InReadiness, InCache, InIndex], [], "", [HelpHidden]>;
def no_cache : Switch<"no-cache", "parse every file, keep nothing", grp_run, [InCheck, InBaseline, InReadiness, InIndex]>, Flags<[HelpHidden]>;

// ---- other
def help : Switch<"help", "print this help", grp_misc, [InMain, InCheck, InBaseline, InReadiness, InReport, InIr, InList, InExplain, InCatalogue, InCache, InIndex, InCompletion, InManual]>;
def h : Flag<["-"], "h">, Alias<help>, Group<grp_misc>, In<[InMain, InCheck, InBaseline, InReadiness, InReport, InIr, InList, InExplain, InCatalogue, InCache, InIndex, InCompletion, InManual]>;
def help_all : Switch<"help-all", "print this help with what is rarely needed", grp_misc, [InCheck, InBaseline, InReadiness, InIndex]>;
def version : Switch<"version", "print the version", grp_misc, [InMain]>;
