// The binary form: nothing is lost, and no bytes can harm the reader.
#include "ir/Binary.h"
#include "RandomUnit.h"
#include "ir/Text.h"
#include "ir/Validate.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"
#include <gmock/gmock.h>
#include <random>

using namespace gilray::ir;
using testing::HasSubstr;

static std::string bytes(const Unit &U) {
  std::string Result;
  llvm::raw_string_ostream OS(Result);
  writeBinary(U, OS);
  return Result;
}

static std::string printed(const Unit &U) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(U, OS);
  return Text;
}

static std::string errorOf(StringRef Bytes) {
  auto U = readBinary(Bytes);
  return U ? "no error" : toString(U.takeError());
}

/// Makes damaged content pass the checksum, so that the decoder itself is tested.
static void fixChecksum(std::string &Bytes) {
  if (Bytes.size() >= 20)
    llvm::support::endian::write64le(Bytes.data() + 12, llvm::xxh3_64bits(StringRef(Bytes).drop_front(20)));
}

TEST(Binary, RandomUnitsSurviveUnchanged) {
  for (unsigned Seed = 0; Seed != 2000; ++Seed) {
    Unit U = test::randomUnit(Seed);
    std::string Bytes = bytes(U);
    auto Again = readBinary(Bytes);
    ASSERT_TRUE(bool(Again)) << "seed " << Seed << ": " << toString(Again.takeError());
    ASSERT_EQ(bytes(*Again), Bytes) << "seed " << Seed;
    ASSERT_EQ(printed(*Again), printed(U)) << "seed " << Seed;
    ASSERT_EQ(Again->Functions.size(), U.Functions.size());
    for (size_t I = 0; I != U.Functions.size(); ++I)
      ASSERT_EQ(Again->Functions[I].Values.size(), U.Functions[I].Values.size()) << "value ids are kept";
  }
}

TEST(Binary, IsSmallerThanText) {
  size_t Binary = 0, Text = 0;
  for (unsigned Seed = 0; Seed != 50; ++Seed) {
    Unit U = test::randomUnit(Seed);
    Binary += bytes(U).size();
    Text += printed(U).size();
  }
  EXPECT_LT(Binary * 2, Text);
}

TEST(Binary, ForeignDataIsRefused) {
  std::string Good = bytes(test::randomUnit(1));
  EXPECT_THAT(errorOf(""), HasSubstr("not a gilray unit"));
  EXPECT_THAT(errorOf("#!/bin/sh"), HasSubstr("not a gilray unit"));
  EXPECT_THAT(errorOf(StringRef(Good).take_front(10)), HasSubstr("cut off"));
  std::string Newer = Good;
  Newer[8] = static_cast<char>(FormatVersion + 1);
  EXPECT_THAT(errorOf(Newer), HasSubstr("format version"));
  EXPECT_THAT(errorOf(Good + "x"), HasSubstr("checksum"));
}

TEST(Binary, EveryTruncationIsRefused) {
  for (unsigned Seed = 0; Seed != 60; ++Seed) {
    std::string Good = bytes(test::randomUnit(Seed));
    for (size_t Length = 0; Length != Good.size(); ++Length) {
      ASSERT_NE(errorOf(StringRef(Good).take_front(Length)), "no error") << Seed << " " << Length;
      std::string Cut = Good.substr(0, Length);
      fixChecksum(Cut);
      ASSERT_NE(errorOf(Cut), "no error") << Seed << " " << Length << " with a fitting checksum";
    }
  }
}

TEST(Binary, EveryFlippedBitIsRefusedByTheChecksum) {
  std::string Good = bytes(test::randomUnit(3));
  for (size_t I = 0; I != Good.size() * 8; ++I) {
    std::string Bad = Good;
    Bad[I / 8] ^= static_cast<char>(1 << I % 8);
    ASSERT_NE(errorOf(Bad), "no error") << "bit " << I;
  }
}

TEST(Binary, DamageBehindTheChecksumGivesASoundUnitOrAnError) {
  std::mt19937 Random(42);
  unsigned Accepted = 0, Refused = 0;
  for (unsigned Seed = 0; Seed != 150; ++Seed) {
    std::string Good = bytes(test::randomUnit(Seed));
    for (unsigned I = 0; I != 200; ++I) {
      std::string Bad = Good;
      for (unsigned Flips = 1 + Random() % 4; Flips; --Flips)
        Bad[20 + Random() % (Bad.size() - 20)] ^= static_cast<char>(1 << Random() % 8);
      fixChecksum(Bad);
      auto U = readBinary(Bad);
      if (!U) {
        ++Refused;
        consumeError(U.takeError());
        continue;
      }
      ++Accepted;
      ASSERT_FALSE(findDefect(*U));
      EXPECT_FALSE(printed(*U).empty()); // walks everything
    }
  }
  // Both outcomes must have been seen, or the test tests nothing.
  EXPECT_GT(Accepted, 100u);
  EXPECT_GT(Refused, 100u);
}

TEST(Binary, RandomBytesBehindAGoodHeaderAreRefusedOrSound) {
  std::mt19937 Random(7);
  for (unsigned I = 0; I != 20000; ++I) {
    std::string Bytes = bytes(Unit()).substr(0, 20);
    for (unsigned N = Random() % 64; N; --N)
      Bytes += static_cast<char>(Random() % 3 ? Random() % 8 : Random());
    fixChecksum(Bytes);
    auto U = readBinary(Bytes);
    if (U)
      ASSERT_FALSE(findDefect(*U));
    else
      consumeError(U.takeError());
  }
}

TEST(Binary, LyingCountsDoNotAllocate) {
  // "2^60 strings", "2^40 bytes", "2^60 functions".
  for (StringRef Payload :
       {StringRef("\xff\xff\xff\xff\xff\xff\xff\xff\x0f", 9), StringRef("\x01\xff\xff\xff\xff\xff\x1f", 7),
        StringRef("\x00\x80\x02\xff\xff\xff\xff\xff\xff\xff\xff\x0f", 12)}) {
    std::string Bytes = bytes(Unit()).substr(0, 20) + Payload.str();
    fixChecksum(Bytes);
    EXPECT_THAT(errorOf(Bytes), HasSubstr("damaged"));
  }
}
