#include "host/MessageBounds.h"
#include <gtest/gtest.h>

using gilray::tidy::MessageBounds;

static const std::string Message = "Content-Length: 5\r\nContent-Type: x\r\n\r\n{\n\n\n}";

TEST(MessageBounds, OnlyBehindWholeMessages) {
  MessageBounds B;
  EXPECT_TRUE(B.between());
  for (int Times = 0; Times < 3; ++Times)
    for (size_t I = 0; I < Message.size(); ++I) {
      B.feed(Message.substr(I, 1));
      EXPECT_EQ(B.between(), I + 1 == Message.size()) << I;
    }
  B.feed(Message + Message + Message.substr(0, 20));
  EXPECT_FALSE(B.between());
  B.feed(Message.substr(20));
  EXPECT_TRUE(B.between());
}

TEST(MessageBounds, LinesMayEndAsTheyLike) {
  MessageBounds B;
  B.feed("content-length: 2\n\n{}");
  EXPECT_TRUE(B.between());
}

TEST(MessageBounds, OtherStreamsHaveNone) {
  MessageBounds Delimited, NoNumber;
  Delimited.feed("{\"id\": 1}\n---\n\nContent-Length: 2\r\n\r\n{}");
  EXPECT_FALSE(Delimited.between());
  NoNumber.feed("Content-Length: many\r\n\r\n");
  EXPECT_FALSE(NoNumber.between());
  NoNumber.feed(Message);
  EXPECT_FALSE(NoNumber.between());
}
