// See Init.h.
#include "command/Init.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace gilray::probe {

using namespace llvm;

/// Quoted for YAML: JSON strings are YAML strings.
static std::string quoted(StringRef Text) {
  std::string Result;
  raw_string_ostream(Result) << json::Value(Text);
  return Result;
}

/// "demo.Gauge.read" in module demo: what a call of it looks like, with arguments to be filled in.
static std::string callOf(StringRef Name, StringRef Module, StringRef Kind, StringRef Convention) {
  if (Kind == "function" || Kind == "static-method" || Kind == "class-method") {
    std::string Function = Name.contains('.') ? Name.str() : (Module + "." + Name).str();
    return Function + (Convention == "noargs" ? "()" : Convention == "o" ? "(ARGUMENT)" : "(ARGUMENTS)");
  }
  StringRef Attribute = Name.rsplit('.').second;
  if (Kind == "getter")
    return ("instance." + Attribute).str();
  return ("instance." + Attribute + (Convention == "noargs" ? "()" : "(ARGUMENTS)")).str();
}

static void writeKernel(raw_ostream &OS, StringRef Name, StringRef Module, StringRef Call, StringRef Comment) {
  OS << "  - name: " << quoted(Name) << '\n';
  if (!Comment.empty())
    OS << "    # " << Comment << '\n';
  OS << "    module: " << quoted(Module) << '\n';
  OS << "    setup: " << quoted("import " + Module.str())
     << (Call.contains("instance.") ? "  # and make `instance`" : "") << '\n';
  OS << "    call: " << quoted(Call) << (Call.contains("ARGUMENT") ? "  # fill in the arguments" : "") << "\n";
}

static Error kernelsOf(StringRef Path, raw_ostream &OS, unsigned &Count) {
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read '%s': %s", Path.str().c_str(),
                             Buffer.getError().message().c_str());
  auto V = json::parse((*Buffer)->getBuffer());
  if (!V)
    return createStringError(std::errc::invalid_argument, "%s: %s", Path.str().c_str(),
                             toString(V.takeError()).c_str());
  const json::Object *Root = V->getAsObject();
  const json::Array *Kernels = Root ? Root->getArray("kernels") : nullptr;
  if (!Kernels || Root->getInteger("schema_version") != 1)
    return createStringError(std::errc::invalid_argument, "%s: not a manifest of 'gilray check --kernels FILE'",
                             Path.str().c_str());
  StringSet<> Seen;
  for (const json::Value &KV : *Kernels) {
    const json::Object *K = KV.getAsObject();
    if (!K)
      continue;
    auto Text = [](const json::Object &O, StringRef Key) { return O.getString(Key).value_or("").str(); };
    std::string Module = Text(*K, "module"), Function = Text(*K, "function");
    std::string Where = Function + " at " + Text(*K, "file") + ":" + std::to_string(K->getInteger("line").value_or(0));
    const json::Array *Python = K->getArray("python");
    const json::Object *Nearest = Python && !Python->empty() ? (*Python)[0].getAsObject() : nullptr;
    if (!Nearest) {
      OS << "  # " << Where << ": no way from Python was seen\n";
      continue;
    }
    std::string Name = Text(*Nearest, "name");
    if (std::string M = Text(*Nearest, "module"); !M.empty())
      Module = M;
    if (Module.empty())
      Module = StringRef(Name).split('.').first.str();
    if (!Seen.insert(Name).second)
      continue;
    writeKernel(OS, Name, Module, callOf(Name, Module, Text(*Nearest, "kind"), Text(*Nearest, "convention")), Where);
    ++Count;
  }
  return Error::success();
}

Expected<std::string> initialSpec(ArrayRef<InterpreterFacts> Interpreters, StringRef Manifest,
                                  ArrayRef<std::string> Modules) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << "# What 'gilray probe run' measures. `setup` and `call` are Python code and run only then.\n"
        "version: 1\n"
        "defaults: {workers: [1, 2, max], strategies: [threads, own-gil, processes], budget: 60s, seed: 1}\n"
        "# path: [build/lib]   # where the modules are, if they are not installed\n"
        "interpreters:\n";
  for (const InterpreterFacts &F : Interpreters)
    if (F.Problem.empty())
      OS << "  - {id: " << quoted(F.Id) << ", python: " << quoted(F.Python) << "}\n";
  OS << "kernels:\n";
  unsigned Count = 0;
  if (!Manifest.empty())
    if (Error E = kernelsOf(Manifest, OS, Count))
      return std::move(E);
  for (const std::string &M : Modules) {
    writeKernel(OS, M, M, M + ".FUNCTION(ARGUMENTS)", "");
    ++Count;
  }
  if (!Count)
    writeKernel(OS, "example", "zlib", "zlib.compress(b'gilray' * 4096)", "an example; put your own in its place");
  return Text;
}

} // namespace gilray::probe
