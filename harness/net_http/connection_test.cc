#include "harness/net_http/connection.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

#include "harness/loop/real_loop.h"
#include "harness/net_http/raw_peer.h"

namespace pushpull {
namespace {

using Failure = Connection::Failure;

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() : ConnectionTest(RawPeer::make_pair()) {}

  std::string read(size_t size) {
    std::string out(size, '\0');
    out.resize(connection_.read(out.data(), size));
    return out;
  }

  RealLoop clock_;
  StopSignal stop_;
  RawPeer peer_;
  Connection connection_;

 private:
  explicit ConnectionTest(std::pair<RawPeer, FileDescriptor> ends)
      : peer_(std::move(ends.first)), connection_(std::move(ends.second), clock_, stop_) {}
};

TEST_F(ConnectionTest, ReadsWhatIsThereAndKeepsTheRest) {
  peer_.write("abcdef");
  EXPECT_EQ(read(4), "abcd");
  EXPECT_EQ(read(4), "ef");
  EXPECT_EQ(connection_.bytes_read(), 6);
}

TEST_F(ConnectionTest, TheEndOfTheStreamReadsAsClosed) {
  peer_.write("a");
  peer_.finish_writing();
  EXPECT_EQ(read(4), "a");
  EXPECT_EQ(connection_.failure(), Failure::kNone);
  EXPECT_EQ(read(4), "");
  EXPECT_EQ(connection_.failure(), Failure::kClosed);
}

TEST_F(ConnectionTest, SmallWritesLeaveTogether) {
  EXPECT_TRUE(connection_.write("ab"));
  EXPECT_TRUE(connection_.write("cd"));
  EXPECT_EQ(connection_.bytes_written(), 0);
  EXPECT_TRUE(connection_.flush());
  EXPECT_EQ(connection_.bytes_written(), 4);
  EXPECT_EQ(peer_.read(4), "abcd");
}

TEST_F(ConnectionTest, ReadingSendsWhatIsPendingFirst) {
  EXPECT_TRUE(connection_.write("ask"));
  std::thread answerer([&] {
    EXPECT_EQ(peer_.read(3), "ask");
    peer_.write("answer");
  });
  EXPECT_EQ(read(6), "answer");
  answerer.join();
}

TEST_F(ConnectionTest, ALargeWriteFollowsWhatWasPending) {
  // Far more than the socket's buffers hold, so sending has to wait for the reader.
  const std::string body(5'000'000, 'x');
  std::thread reader([&] { EXPECT_EQ(peer_.read(5'000'004), "head" + body); });
  EXPECT_TRUE(connection_.write("head"));
  EXPECT_TRUE(connection_.write(body));
  EXPECT_TRUE(connection_.flush());
  reader.join();
  EXPECT_EQ(connection_.bytes_written(), 5'000'004);
}

TEST_F(ConnectionTest, ADeadlineEndsAReadOfASilentPeer) {
  connection_.set_deadline(clock_.now() + Duration::milliseconds(5));
  EXPECT_EQ(read(1), "");
  EXPECT_EQ(connection_.failure(), Failure::kTimeout);
}

TEST_F(ConnectionTest, ADeadlineEndsAWriteNobodyReads) {
  connection_.set_deadline(clock_.now() + Duration::milliseconds(5));
  EXPECT_FALSE(connection_.write(std::string(5'000'000, 'x')));
  EXPECT_EQ(connection_.failure(), Failure::kTimeout);
}

TEST_F(ConnectionTest, APassedDeadlineHoldsEvenWhereNothingWouldBlock) {
  peer_.write("a");
  connection_.set_deadline(clock_.now());
  EXPECT_EQ(read(1), "");
  EXPECT_EQ(connection_.failure(), Failure::kTimeout);
}

TEST_F(ConnectionTest, AStopSignalEndsARead) {
  std::thread stopper([&] { stop_.raise(); });
  EXPECT_EQ(read(1), "");
  EXPECT_EQ(connection_.failure(), Failure::kStopped);
  stopper.join();
}

TEST_F(ConnectionTest, WritingToAClosedPeerFails) {
  peer_.close();
  EXPECT_TRUE(connection_.write("a"));
  EXPECT_FALSE(connection_.flush());
  EXPECT_EQ(connection_.failure(), Failure::kClosed);
  EXPECT_FALSE(connection_.write("a"));
}

TEST_F(ConnectionTest, IsIdleUntilThePeerSpeaksOrCloses) {
  EXPECT_TRUE(connection_.is_idle());
  peer_.write("a");
  EXPECT_FALSE(connection_.is_idle());
  EXPECT_EQ(read(1), "a");
  EXPECT_TRUE(connection_.is_idle());
  peer_.close();
  EXPECT_FALSE(connection_.is_idle());
}

}  // namespace
}  // namespace pushpull
