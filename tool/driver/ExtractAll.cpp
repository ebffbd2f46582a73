// Parallel extraction.
#include "driver/ExtractAll.h"
#include "driver/Inputs.h"
#include "driver/Progress.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/Threading.h"
#include <chrono>
#ifdef __GLIBC__
#  include <malloc.h>
#  include <sys/mman.h>
#  include <unistd.h>
#endif

namespace gilray::driver {

using namespace llvm;

/// What Clang would only answer with thousands of errors. Empty: the file looks like text.
static std::string notSource(const Job &J) {
  auto Buffer = MemoryBuffer::getFile(J.File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return "cannot be read: " + Buffer.getError().message();
  StringRef Text = (*Buffer)->getBuffer().take_front(8192);
  if (Text.starts_with("\xFF\xFE") || Text.starts_with("\xFE\xFF"))
    return "is UTF-16 text; convert it to UTF-8";
  if (Text.contains('\0'))
    return "is a binary file";
  return {};
}

static bool saysLanguage(const Job &J) {
  return sourceKind(J.File) != SourceKind::None ||
         any_of(J.Args, [](StringRef A) { return A.starts_with("-x") || A.starts_with("--language"); });
}

static void extractOne(const Job &J, const ExtractSettings &Settings, ParsedFile &Out) {
  Out.File = J.File;
  if (!saysLanguage(J)) {
    Out.Error = "'" + J.File + "' is not C or C++ by its extension; say the language behind '--', as in '-- -x c'";
    return;
  }
  bool OnDisk = !Settings.Extraction.Instead.count(J.File);
  if (std::string Why = OnDisk ? notSource(J) : ""; !Why.empty()) {
    Out.Error = "'" + J.File + "' " + Why;
    return;
  }
  std::optional<cache::Key> Key;
  if (Settings.Keys && OnDisk) // else what is on disk is not what is parsed
    Key = cache::Key::of(J.File, J.Directory, J.Args, Settings.Extraction);
  if (Key) {
    Out.Key = Key->digest();
    if (Settings.Cache)
      if (auto Known = Settings.Cache->lookup(*Key)) {
        Out.Unit = std::make_unique<ir::Unit>(std::move(*Known));
        Out.FromCache = true;
        return;
      }
  }
  auto Result = extract::extractFile(J.File, J.Directory, J.Args, Settings.Extraction);
  if (!Result) {
    Out.Error = toString(Result.takeError());
    return;
  }
  if (Key && Settings.Cache)
    Settings.Cache->store(*Key, *Result);
  Out.Unit = std::make_unique<ir::Unit>(std::move(Result->Unit));
}

/// Parse and analysis run in turn, each on a thread of its own for the sake of its stack. glibc would give each a heap,
/// and the second could not use what the first gave back: a third more memory. The one heap is not cut back before the
/// end, and what it begins with is asked for in large pages: a tenth of the time of a long file went into faults and
/// translations of small ones. Reserved is address space, not memory.
static void oneHeap() {
#ifdef __GLIBC__
  constexpr int Reserved = 256 << 20, Block = 16 << 20;
  constexpr uintptr_t LargePage = 2 << 20;
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_MMAP_THRESHOLD, 2 * Block);
  mallopt(M_TOP_PAD, Reserved);
  uintptr_t Begin = alignTo(reinterpret_cast<uintptr_t>(sbrk(0)), LargePage);
  void *volatile Grown = malloc(Block); // more than there is: the heap grows by this and the reserve
  uintptr_t End = alignDown(reinterpret_cast<uintptr_t>(sbrk(0)), LargePage);
  free(Grown);
  mallopt(M_TOP_PAD, 4 << 20);
  if (Begin < End)
    madvise(reinterpret_cast<void *>(Begin), End - Begin, MADV_HUGEPAGE); // a wish: what comes of it does not matter
#endif
}

std::vector<ParsedFile> extractAll(ArrayRef<Job> Jobs, const ExtractSettings &Settings, Progress &P) {
  std::vector<ParsedFile> Files(Jobs.size());
  auto Run = [&](size_t I) {
    auto Start = std::chrono::steady_clock::now();
    extractOne(Jobs[I], Settings, Files[I]);
    Files[I].Seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - Start).count();
    P.step(Jobs[I].File);
  };
  ThreadPoolStrategy Strategy = hardware_concurrency(Settings.Jobs);
  if (Settings.Jobs == 1 || Jobs.size() < 2) {
    oneHeap();
    for (size_t I = 0; I < Jobs.size(); ++I)
      Run(I);
    return Files;
  }
  DefaultThreadPool Pool(Strategy);
  for (size_t I = 0; I < Jobs.size(); ++I)
    Pool.async([&Run, I] { Run(I); });
  Pool.wait();
  return Files;
}

} // namespace gilray::driver
