// Finds the import tables of loaded objects and writes our functions into them.
#include "harness/Patch.h"
#include "harness/Hooks.h"
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace gilray::harness {
namespace {

#if defined(__x86_64__)
constexpr unsigned JumpSlot = R_X86_64_JUMP_SLOT, GlobalData = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
constexpr unsigned JumpSlot = R_AARCH64_JUMP_SLOT, GlobalData = R_AARCH64_GLOB_DAT;
#else
#  error "the relocations of this processor are not known"
#endif

struct Tables {
  const ElfW(Sym) *Symbols = nullptr;
  const char *Strings = nullptr;
  const ElfW(Rela) *Jumps = nullptr, *Data = nullptr;
  size_t JumpCount = 0, DataCount = 0;
};

Tables tablesOf(const dl_phdr_info &Info) {
  Tables T;
  const ElfW(Dyn) *Dynamic = nullptr;
  for (int I = 0; I < Info.dlpi_phnum; ++I)
    if (Info.dlpi_phdr[I].p_type == PT_DYNAMIC)
      Dynamic = reinterpret_cast<const ElfW(Dyn) *>(Info.dlpi_addr + Info.dlpi_phdr[I].p_vaddr);
  // glibc writes addresses into the dynamic section; other C libraries leave offsets.
  auto At = [&](ElfW(Addr) Value) { return Value < Info.dlpi_addr ? Info.dlpi_addr + Value : Value; };
  for (const ElfW(Dyn) *D = Dynamic; D && D->d_tag != DT_NULL; ++D)
    switch (D->d_tag) {
    case DT_SYMTAB:
      T.Symbols = reinterpret_cast<const ElfW(Sym) *>(At(D->d_un.d_ptr));
      break;
    case DT_STRTAB:
      T.Strings = reinterpret_cast<const char *>(At(D->d_un.d_ptr));
      break;
    case DT_JMPREL:
      T.Jumps = reinterpret_cast<const ElfW(Rela) *>(At(D->d_un.d_ptr));
      break;
    case DT_PLTRELSZ:
      T.JumpCount = D->d_un.d_val / sizeof(ElfW(Rela));
      break;
    case DT_RELA:
      T.Data = reinterpret_cast<const ElfW(Rela) *>(At(D->d_un.d_ptr));
      break;
    case DT_RELASZ:
      T.DataCount = D->d_un.d_val / sizeof(ElfW(Rela));
      break;
    }
  return T;
}

std::vector<Replacement> All;
std::vector<PatchedObject> Objects;

const Replacement *replacementOf(const char *Name) {
  for (const Replacement &R : All)
    if (*R.Real && !strcmp(R.Name, Name))
      return &R;
  return nullptr;
}

void patchTable(const dl_phdr_info &Info, const Tables &T, const ElfW(Rela) * Table, size_t Count, PatchedObject &O) {
  const uintptr_t Page = sysconf(_SC_PAGESIZE);
  for (size_t I = 0; Table && I < Count; ++I) {
    unsigned Type = ELF64_R_TYPE(Table[I].r_info);
    if (Type != JumpSlot && Type != GlobalData)
      continue;
    const Replacement *R = replacementOf(T.Strings + T.Symbols[ELF64_R_SYM(Table[I].r_info)].st_name);
    if (!R)
      continue;
    void **Slot = reinterpret_cast<void **>(Info.dlpi_addr + Table[I].r_offset);
    if (*Slot == R->Hook)
      continue;
    // The table may be read-only by now (RELRO). It stays writable: others may be writing to the same page.
    uintptr_t Start = reinterpret_cast<uintptr_t>(Slot) & ~(Page - 1);
    if (mprotect(reinterpret_cast<void *>(Start), Page, PROT_READ | PROT_WRITE))
      continue;
    __atomic_store_n(Slot, R->Hook, __ATOMIC_RELEASE);
    O.Names.push_back(R->Name);
  }
}

/// What must not be hooked: the interpreter (its own use of mutexes is the GIL) and the system's libraries.
bool isSystem(const char *Path) {
  if (!*Path)
    return true;
  const char *Slash = strrchr(Path, '/');
  const char *Name = Slash ? Slash + 1 : Path;
  for (const char *Start : {"libpython", "ld-", "ld.so", "libc.", "libc-", "libm.", "libm-", "libpthread", "libdl",
                            "librt", "libgcc_s", "libstdc++", "libc++", "linux-vdso", "loader"})
    if (!strncmp(Name, Start, strlen(Start)))
      return true;
  return false;
}

struct Scan {
  const void *Own;
  bool First = true;
};

bool contains(const dl_phdr_info &Info, const void *Address) {
  uintptr_t A = reinterpret_cast<uintptr_t>(Address);
  for (int I = 0; I < Info.dlpi_phnum; ++I) {
    const auto &P = Info.dlpi_phdr[I];
    uintptr_t Start = Info.dlpi_addr + P.p_vaddr;
    if (P.p_type == PT_LOAD && A >= Start && A < Start + P.p_memsz)
      return true;
  }
  return false;
}

int visit(dl_phdr_info *Info, size_t, void *Data) {
  Scan &S = *static_cast<Scan *>(Data);
  bool Main = S.First; // the executable comes first
  S.First = false;
  if (Main || isSystem(Info->dlpi_name) || contains(*Info, S.Own))
    return 0;
  PatchedObject *O = nullptr;
  for (PatchedObject &Known : Objects)
    if (Known.Base == Info->dlpi_addr && Known.Path == Info->dlpi_name)
      O = &Known;
  if (!O)
    O = &Objects.emplace_back(PatchedObject{Info->dlpi_name, Info->dlpi_addr, {}});
  Tables T = tablesOf(*Info);
  if (!T.Symbols || !T.Strings)
    return 0;
  patchTable(*Info, T, T.Jumps, T.JumpCount, *O);
  patchTable(*Info, T, T.Data, T.DataCount, *O);
  return 0;
}

} // namespace

const std::vector<PatchedObject> &patchObjects() {
  if (All.empty()) {
    All = replacements();
    // Not what a slot holds: before lazy binding that is the resolver, which would write over our hook.
    for (Replacement &R : All)
      *R.Real = dlsym(RTLD_DEFAULT, R.Name);
  }
  Scan S{reinterpret_cast<const void *>(&patchObjects)};
  dl_iterate_phdr(visit, &S);
  return Objects;
}

} // namespace gilray::harness
