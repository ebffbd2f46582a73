// gilray cache: what is kept of earlier runs, and how to drop it.
#include "cache/UnitCache.h"
#include "driver/CommandLine.h"
#include "driver/Driver.h"
#include "driver/Log.h"
#include "llvm/Support/Format.h"

namespace gilray::driver {

int runCache(const Invocation &Inv, const Context &C) {
  Log L(C.Err, false, C.ErrIsTerminal);
  if (Inv.Inputs.size() != 1 || (Inv.Inputs[0] != "info" && Inv.Inputs[0] != "clean")) {
    L.error("say what to do: 'gilray cache info' or 'gilray cache clean'");
    return Failed;
  }
  std::string Directory = Inv.CacheDir.empty() ? cache::UnitCache::defaultDirectory() : Inv.CacheDir;
  if (Directory.empty()) {
    L.error("there is no cache directory; name one with --cache-dir or in GILRAY_CACHE_DIR");
    return Failed;
  }
  cache::UnitCache Cache(Directory);
  bool Clean = Inv.Inputs[0] == "clean";
  cache::UnitCache::Statistics S = Clean ? Cache.clean() : Cache.statistics();
  C.Out << (Clean ? "removed " : "") << S.Entries << (S.Entries == 1 ? " unit, " : " units, ")
        << llvm::format("%.1f MiB", double(S.Bytes) / (1 << 20)) << (Clean ? " from " : " in ") << Directory << '\n';
  return Nothing;
}

} // namespace gilray::driver
