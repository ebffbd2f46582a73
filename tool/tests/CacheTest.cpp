// The unit cache and the project index: valid only while nothing has changed, harmless when anything is wrong.
#include "TempDir.h"
#include "cache/ProjectIndex.h"
#include "cache/UnitCache.h"
#include "ir/Text.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"
#include <chrono>
#include <gmock/gmock.h>

using namespace gilray;
using namespace gilray::cache;
using llvm::StringRef;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

void setModified(const std::string &Path, llvm::sys::TimePoint<> When) {
  int FD = -1;
  ASSERT_FALSE(llvm::sys::fs::openFileForReadWrite(Path, FD, llvm::sys::fs::CD_OpenExisting, llvm::sys::fs::OF_None));
  EXPECT_FALSE(llvm::sys::fs::setLastAccessAndModificationTime(FD, When, When));
  llvm::sys::fs::closeFile(FD);
}

llvm::sys::TimePoint<> hoursAgo(int Hours) { return std::chrono::system_clock::now() - std::chrono::hours(Hours); }

std::string read(const std::string &Path) {
  auto B = llvm::MemoryBuffer::getFile(Path, false, false, /*IsVolatile=*/true);
  return B ? (*B)->getBuffer().str() : "";
}

/// A project of two files and one include path that is probed in vain.
class Cache : public testing::Test {
protected:
  Cache() {
    Source = Dir.file("a.c", "#include \"util.h\"\n");
    Header = Dir.file("inc2/util.h", "int f(void);\n");
    Probed = Dir.Path + "/inc1/util.h";
    for (const std::string &F : {Source, Header})
      setModified(F, hoursAgo(1));
    Store = Dir.Path + "/cache";
  }

  Key key(std::vector<std::string> Args = {"-Iinc1", "-Iinc2"}) {
    extract::Options Opts;
    Opts.ResourceDir = "/resources";
    auto K = Key::of(Source, Dir.Path, Args, Opts);
    EXPECT_TRUE(K);
    return *K;
  }

  extract::Extracted extracted(StringRef Function = "f") {
    auto U = ir::parseText("unit \"" + Source + "\"\nissue \"'x.h' file not found\" at 1:1\nfunction " +
                           Function.str() + "() { return }\n");
    EXPECT_TRUE(bool(U));
    std::vector<extract::Dependency> Deps{{Source, false}, {Probed, true}, {Header, false}};
    return {std::move(*U), Deps};
  }

  void fill() {
    UnitCache C(Store, report());
    C.store(key(), extracted());
    ASSERT_THAT(Troubles, IsEmpty());
  }
  bool hit() {
    UnitCache C(Store, report());
    return C.lookup(key()).has_value();
  }
  UnitCache::Report report() {
    return [this](const std::string &Text) { Troubles.push_back(Text); };
  }
  std::string entry() { return Store + "/llvmcache-" + key().digest().hex(); }

  test::TempDir Dir;
  std::string Source, Header, Probed, Store;
  std::vector<std::string> Troubles;
};

} // namespace

TEST_F(Cache, GivesBackWhatWasStored) {
  UnitCache C(Store, report());
  EXPECT_FALSE(C.lookup(key()));
  C.store(key(), extracted());
  auto U = C.lookup(key());
  ASSERT_TRUE(U);
  EXPECT_EQ(U->MainFile, Source);
  ASSERT_EQ(U->Functions.size(), 1u);
  EXPECT_EQ(U->Functions[0].Name, "f");
  ASSERT_EQ(U->Issues.size(), 1u) << "what was wrong with the file is part of its unit";
  EXPECT_EQ(U->Issues[0].Message, "'x.h' file not found");
  EXPECT_EQ(C.statistics().Entries, 1u);
  EXPECT_THAT(Troubles, IsEmpty());
}

TEST_F(Cache, KeyHoldsWhatDecidesTheParse) {
  Key Base = key();
  EXPECT_EQ(key().digest(), Base.digest());
  EXPECT_NE(key({"-Iinc2", "-Iinc1"}).digest(), Base.digest());
  EXPECT_NE(key({"-Iinc1 -Iinc2"}).digest(), Base.digest());
  extract::Options Other;
  Other.ResourceDir = "/other";
  EXPECT_NE(Key::of(Source, Dir.Path, {"-Iinc1", "-Iinc2"}, Other)->digest(), Base.digest());
  Other.ResourceDir = "/resources";
  EXPECT_EQ(Key::of("a.c", Dir.Path, {"-Iinc1", "-Iinc2"}, Other)->digest(), Base.digest());
  EXPECT_NE(Key::of(Source, "/", {"-Iinc1", "-Iinc2"}, Other)->digest(), Base.digest());
  Other.ProjectRoot = "/project"; // ids hold paths below it
  EXPECT_NE(Key::of(Source, Dir.Path, {"-Iinc1", "-Iinc2"}, Other)->digest(), Base.digest());
  setenv("CPATH", "/somewhere", 1);
  EXPECT_NE(key().digest(), Base.digest());
  unsetenv("CPATH");
  Dir.file("a.c", "int other;\n");
  EXPECT_NE(key().digest(), Base.digest());
  EXPECT_FALSE(Key::of(Dir.Path + "/none.c", Dir.Path, {}, Other));
}

TEST_F(Cache, ChangedHeaderMisses) {
  fill();
  EXPECT_TRUE(hit());
  Dir.file("inc2/util.h", "int f(void); int g(void);\n");
  EXPECT_FALSE(hit());
}

TEST_F(Cache, HeaderOfEqualSizeAndOtherContentMisses) {
  fill();
  Dir.file("inc2/util.h", "int g(void);\n");
  EXPECT_FALSE(hit());
}

TEST_F(Cache, FreshTimeStampIsNotTrusted) {
  // Written within the same tick of the clock as the entry: size and time stamp are equal, content is not.
  auto Now = std::chrono::system_clock::now() - std::chrono::milliseconds(100);
  setModified(Header, Now);
  fill();
  EXPECT_TRUE(hit());
  Dir.file("inc2/util.h", "int g(void);\n");
  setModified(Header, Now);
  EXPECT_FALSE(hit());
}

TEST_F(Cache, TouchedHeaderHits) {
  fill();
  setModified(Header, hoursAgo(2));
  std::string Before = read(entry());
  EXPECT_TRUE(hit());
  EXPECT_NE(read(entry()), Before) << "the new time stamp is kept, so that the next run need not hash";
  EXPECT_TRUE(hit());
}

TEST_F(Cache, RemovedHeaderMisses) {
  fill();
  llvm::sys::fs::remove(Header);
  EXPECT_FALSE(hit());
}

TEST_F(Cache, AppearedHeaderMisses) {
  fill();
  Dir.file("inc1/util.h", "int shadow(void);\n");
  EXPECT_FALSE(hit());
  llvm::sys::fs::remove(Probed);
  EXPECT_TRUE(hit());
}

TEST_F(Cache, FileChangedDuringTheParseIsNotStored) {
  Key K = key();
  setModified(Header, std::chrono::system_clock::now() + std::chrono::hours(1));
  UnitCache C(Store, report());
  C.store(K, extracted());
  EXPECT_EQ(C.statistics().Entries, 0u);
  setModified(Header, hoursAgo(1));
  Dir.file("inc1/util.h", "");
  C.store(K, extracted());
  EXPECT_EQ(C.statistics().Entries, 0u);
}

TEST_F(Cache, DamagedEntryIsToldOnceAndReplaced) {
  fill();
  std::string Good = read(entry());
  std::string Relative = entry().substr(Dir.Path.size() + 1);
  for (size_t Length = 0; Length < Good.size(); Length += 3) {
    Dir.file(Relative, Good.substr(0, Length));
    Troubles.clear();
    UnitCache C(Store, report());
    ASSERT_FALSE(C.lookup(key())) << Length;
    ASSERT_FALSE(C.lookup(key())) << Length;
    ASSERT_THAT(Troubles, ElementsAre(HasSubstr("is parsed anew"))) << Length;
  }
  for (size_t I = 0; I < Good.size(); ++I) {
    std::string Bad = Good;
    Bad[I] ^= 0x10;
    Dir.file(Relative, Bad);
    UnitCache C(Store);
    ASSERT_FALSE(C.lookup(key())) << I;
  }
  // Content that does not make sense behind a checksum that fits.
  for (size_t I = 24; I < Good.size(); ++I) {
    std::string Payload = Good.substr(24);
    Payload[I - 24] ^= 0x81;
    Dir.file(Relative, frame("gilrayUC", 1, Payload));
    UnitCache C(Store);
    (void)C.lookup(key()); // a miss, or a hit on an entry that says the same; no crash
  }
  Troubles.clear();
  fill();
  EXPECT_TRUE(hit());
}

TEST_F(Cache, ForeignFilesSurviveClean) {
  fill();
  std::string Foreign = Dir.file("cache/thesis.tex", "do not delete");
  UnitCache C(Store);
  EXPECT_EQ(C.clean().Entries, 1u);
  EXPECT_EQ(C.statistics().Entries, 0u);
  EXPECT_TRUE(llvm::sys::fs::exists(Foreign));
  EXPECT_TRUE(llvm::sys::fs::exists(Store + "/CACHEDIR.TAG"));
}

TEST_F(Cache, UnusableDirectoryIsToldOnceAndNoError) {
  Dir.file("blocked", "a file, not a directory");
  {
    UnitCache C(Dir.Path + "/blocked", report());
    C.store(key(), extracted());
    C.store(key(), extracted());
    EXPECT_FALSE(C.lookup(key()));
  }
  EXPECT_THAT(Troubles, ElementsAre(HasSubstr("choose another with --cache-dir")));
}

TEST_F(Cache, LeastRecentlyUsedEntriesGo) {
  std::vector<std::string> Flags[] = {{"-D1"}, {"-D2"}, {"-D3"}};
  uint64_t Size = 0;
  {
    UnitCache C(Store, report());
    for (auto &F : Flags)
      C.store(key(F), extracted());
    Size = C.statistics().Bytes / 3;
  }
  for (int I = 0; I != 3; ++I)
    setModified(Store + "/llvmcache-" + key(Flags[I]).digest().hex(), hoursAgo(30 - I));
  {
    UnitCache C(Store, report());
    EXPECT_TRUE(C.lookup(key(Flags[0]))) << "using an entry makes it recent";
  }
  {
    UnitCache C(Store, report(), 3 * Size + Size / 2);
    C.store(key(), extracted()); // one too many
  }
  UnitCache C(Store, report());
  EXPECT_TRUE(C.lookup(key(Flags[0])));
  EXPECT_FALSE(C.lookup(key(Flags[1])));
  EXPECT_TRUE(C.lookup(key(Flags[2])));
  EXPECT_TRUE(C.lookup(key()));
}

TEST_F(Cache, ManyThreadsOnOneEntry) {
  UnitCache C(Store, report());
  Key K = key();
  std::atomic<unsigned> Hits = 0;
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(4));
  for (unsigned I = 0; I != 64; ++I)
    Pool.async([&] {
      if (auto U = C.lookup(K)) {
        EXPECT_EQ(U->Functions.size(), 1u);
        ++Hits;
      } else {
        C.store(K, extracted());
      }
    });
  Pool.wait();
  EXPECT_GT(Hits, 0u);
  EXPECT_THAT(Troubles, IsEmpty());
  EXPECT_EQ(C.statistics().Entries, 1u) << "no temporary file stays behind";
}

TEST_F(Cache, DirectoryComesFromTheEnvironment) {
  setenv("GILRAY_CACHE_DIR", "/x/y", 1);
  EXPECT_EQ(UnitCache::defaultDirectory(), "/x/y");
  unsetenv("GILRAY_CACHE_DIR");
  setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(UnitCache::defaultDirectory(), "/xdg/gilray");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_TRUE(StringRef(UnitCache::defaultDirectory()).ends_with("/.cache/gilray"));
}

// ---------------------------------------------------------------- project index
namespace {

class Index : public testing::Test {
protected:
  ir::Unit unit(StringRef File, StringRef Function, uint64_t Flags = 1) {
    std::string Path = Dir.file(File, "// " + Function.str() + "\n");
    auto U = ir::parseText("unit \"" + Path + "\" flags=" + std::to_string(Flags) + "\nfunction " + Function.str() +
                           "() { return }\n");
    EXPECT_TRUE(bool(U));
    return std::move(*U);
  }
  ProjectIndex load() {
    auto I = ProjectIndex::load(Path);
    EXPECT_TRUE(bool(I)) << toString(I.takeError());
    return std::move(*I);
  }
  std::string errorOnLoad() {
    auto I = ProjectIndex::load(Path);
    return I ? "no error" : toString(I.takeError());
  }
  void save(const ProjectIndex &I) {
    if (llvm::Error E = I.save(Path))
      FAIL() << toString(std::move(E));
  }
  std::vector<std::string> functions(const ProjectIndex &I, std::vector<std::string> Files, StringRef Target = "") {
    Skipped.clear();
    std::vector<std::string> Names;
    for (const ir::Unit &U : I.unitsBeside(Files, Target, [&](StringRef F) { Skipped.push_back(F.str()); }))
      Names.push_back(U.Functions[0].Name.str());
    return Names;
  }

  test::TempDir Dir;
  std::string Path = Dir.Path + "/project.gilray-index";
  std::vector<std::string> Skipped;
};

} // namespace

TEST_F(Index, GivesTheUnitsThatARunLacks) {
  EXPECT_EQ(load().size(), 0u) << "no file: an empty index";
  ir::Unit A = unit("a.c", "a"), B = unit("b.c", "b"), C = unit("c.c", "c");
  ProjectIndex I;
  I.update("", {{{1, 2}, &B}, {{3, 4}, &A}, {{5, 6}, &C}});
  save(I);
  ProjectIndex Again = load();
  ASSERT_THAT(Again.entries(), SizeIs(3));
  EXPECT_EQ(Again.entries()[0].File, A.MainFile) << "sorted, whatever the order of updates";
  EXPECT_EQ(Again.entries()[0].Key, (Digest{3, 4}));
  EXPECT_EQ(Again.entries()[0].Flags, 1u);
  EXPECT_THAT(functions(Again, {B.MainFile.str()}), ElementsAre("a", "c"));
  EXPECT_THAT(functions(Again, {}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(functions(Again, {}, "3.13t"), IsEmpty()) << "units for one target say nothing about another";
  EXPECT_THAT(Skipped, IsEmpty());
}

TEST_F(Index, LaterRunsReplaceTheirFilesOnly) {
  ir::Unit A = unit("a.c", "a"), B = unit("b.c", "b"), Other = unit("b.c", "b", 2);
  ProjectIndex I;
  I.update("", {{{}, &A}, {{}, &B}, {{}, &Other}});
  I.update("3.13t", {{{}, &B}});
  EXPECT_EQ(I.size(), 4u) << "one file under two sets of flags is two units";
  save(I);
  ProjectIndex Again = load();
  ir::Unit New = unit("b.c", "b_new", 3);
  Again.update("", {{{}, &New}});
  save(Again);
  Again = load();
  EXPECT_EQ(Again.size(), 3u);
  EXPECT_THAT(functions(Again, {}), ElementsAre("a", "b_new"));
}

TEST_F(Index, ChangedAndMissingFilesAreLeftOut) {
  ir::Unit A = unit("a.c", "a"), B = unit("b.c", "b"), C = unit("c.c", "c");
  ProjectIndex I;
  I.update("", {{{}, &A}, {{}, &B}, {{}, &C}});
  save(I);
  Dir.file("b.c", "// edited\n");
  llvm::sys::fs::remove(C.MainFile);
  ProjectIndex Again = load();
  EXPECT_THAT(functions(Again, {}), ElementsAre("a"));
  EXPECT_THAT(Skipped, ElementsAre(B.MainFile.str(), C.MainFile.str()));
  EXPECT_FALSE(Again.entries()[0].Changed);
  EXPECT_TRUE(Again.entries()[1].Changed);
  EXPECT_EQ(Again.dropMissing(), 1u);
  EXPECT_EQ(Again.size(), 2u);
}

TEST_F(Index, DamagedAndForeignFilesAreRefusedWithARemedy) {
  ir::Unit A = unit("a.c", "a");
  ProjectIndex I;
  I.update("", {{{}, &A}});
  save(I);
  std::string Good = read(Path);
  for (size_t Length = 0; Length != Good.size(); ++Length) {
    Dir.file("project.gilray-index", Good.substr(0, Length));
    ASSERT_THAT(errorOnLoad(), HasSubstr("write it again with 'gilray check --index'")) << Length;
  }
  std::string Newer = Good;
  Newer[8] = 99;
  Dir.file("project.gilray-index", Newer);
  EXPECT_THAT(errorOnLoad(), HasSubstr("another version of gilray"));
  Dir.file("project.gilray-index", "int main(void) { return 0; }\n");
  EXPECT_THAT(errorOnLoad(), HasSubstr("was not written by gilray"));
  for (size_t Cut = 24; Cut != Good.size(); ++Cut) {
    Dir.file("project.gilray-index", frame("gilrayIX", 1, Good.substr(24, Cut - 24)));
    ASSERT_THAT(errorOnLoad(), HasSubstr("damaged")) << Cut;
  }
}

TEST_F(Index, UnwritablePlaceIsAnError) {
  ProjectIndex I;
  llvm::Error E = I.save(Dir.Path + "/no/such/directory/index");
  EXPECT_THAT(toString(std::move(E)), HasSubstr("cannot be written"));
}
