#include "harness/roles/link_pipe.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/net_http/file_descriptor.h"

namespace pushpull {
namespace {

constexpr Instant kStart = Instant::from_unix_ms(1'767'225'600'000);
constexpr Duration kMs = Duration::milliseconds(1);
constexpr int64_t kWindow = WanFlow::kInitialWindow;

// sender → source [pipe] sink → receiver, on a clock that the test sets.
class Bench {
 public:
  explicit Bench(const LinkSpec& spec, Duration opens_after = {})
      : path_(path_shape(spec, {}, {})), pipe(WanFlow(&path_), kStart + opens_after) {
    connect(sender, source_);
    connect(sink_, receiver);
    pipe.sink_ready();
  }

  void send(const std::string& bytes) {
    ASSERT_EQ(::send(sender.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    pipe.source_ready();
  }
  void end() {
    ::shutdown(sender.get(), SHUT_WR);
    pipe.source_ready();
  }
  int64_t pump(Duration since_start) {
    return pipe.pump(source_.get(), sink_.get(), kStart + since_start, scratch_);
  }
  Duration next_pump(Duration since_start) { return pipe.next_pump(kStart + since_start) - kStart; }
  // What has arrived; "EOF" where the stream has ended.
  std::string receive() {
    std::string bytes(1 << 20, '\0');
    const ssize_t got = ::recv(receiver.get(), bytes.data(), bytes.size(), 0);
    if (got == 0) return "EOF";
    bytes.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return bytes;
  }

  FileDescriptor sender;
  FileDescriptor receiver;

 private:
  static void connect(FileDescriptor& one, FileDescriptor& other) {
    std::array<int, 2> fds = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    one = FileDescriptor(fds[0]);
    other = FileDescriptor(fds[1]);
  }

  FileDescriptor source_;
  FileDescriptor sink_;
  LinkPath path_;
  std::vector<char> scratch_ = std::vector<char>(64 << 10);

 public:
  LinkPipe pipe;
};

TEST(LinkPipe, PassesBytesOnAtOnceWhereNothingShapesThem) {
  Bench bench(LinkSpec{});
  bench.send("samples");
  EXPECT_EQ(bench.pump({}), 7);
  EXPECT_EQ(bench.receive(), "samples");
}

TEST(LinkPipe, DelaysByHalfARoundTrip) {
  Bench bench({kMs * 80, 0});
  bench.send("samples");
  EXPECT_EQ(bench.pump({}), 7);
  EXPECT_EQ(bench.next_pump({}), Duration());  // there could be more to read
  bench.pump({});
  EXPECT_EQ(bench.next_pump({}), kMs * 40);
  bench.pump(kMs * 40 - Duration::nanoseconds(1));
  EXPECT_EQ(bench.receive(), "");
  bench.pump(kMs * 40);
  EXPECT_EQ(bench.receive(), "samples");
}

TEST(LinkPipe, ReadsNothingBeforeTheHandshakeIsOver) {
  Bench bench({kMs * 80, 0}, kMs * 80);
  bench.send("samples");
  EXPECT_EQ(bench.pump(kMs * 79), 0);
  EXPECT_EQ(bench.next_pump(kMs * 79), kMs * 80);
  EXPECT_EQ(bench.pump(kMs * 80), 7);
}

TEST(LinkPipe, LeavesUnreadWhatTheWindowHoldsBack) {
  Bench bench({kMs * 80, 0});
  bench.send(std::string(50'000, 'x'));
  EXPECT_EQ(bench.pump({}), kWindow);
  EXPECT_EQ(bench.pump(kMs), 0);
  bench.pump(kMs * 40);  // the first window arrives
  EXPECT_EQ(bench.next_pump(kMs * 40), kMs * 80);
  EXPECT_EQ(bench.pump(kMs * 80), 2 * kWindow);
}

TEST(LinkPipe, EndsTheStreamAfterTheLastByteHasArrived) {
  Bench bench({kMs * 80, 8'000});  // 1 byte per ms
  bench.send("0123456789");
  bench.pump({});
  bench.end();
  bench.pump(kMs);
  EXPECT_EQ(bench.next_pump(kMs), kMs * 50);  // 10 ms to leave, 40 to arrive
  bench.pump(kMs * 49);
  EXPECT_FALSE(bench.pipe.finished());
  bench.pump(kMs * 50);
  EXPECT_EQ(bench.receive(), "0123456789");
  EXPECT_EQ(bench.receive(), "EOF");
  EXPECT_TRUE(bench.pipe.finished());
  EXPECT_EQ(bench.pipe.next_pump(kStart), Instant::max());
}

TEST(LinkPipe, LosesNothingToASlowSinkAndHoldsLittle) {
  Bench bench(LinkSpec{});
  Random random(42, "link_pipe_test");
  std::string sent;
  int64_t passed = 0;
  // Nobody receives: the sockets fill up until the sender can send no more.
  while (true) {
    std::string part(10'007, '\0');
    for (char& byte : part) byte = static_cast<char>(random.next());
    const ssize_t taken = ::send(bench.sender.get(), part.data(), part.size(), 0);
    bench.pipe.source_ready();
    const int64_t read = bench.pump({});
    passed += read;
    if (taken > 0) sent.append(part, 0, static_cast<size_t>(taken));
    if (taken < 0 && read == 0) break;
  }
  EXPECT_EQ(bench.next_pump({}), Instant::max() - kStart);  // the sink has to move first
  bench.end();
  std::string received;
  while (!bench.pipe.finished()) {
    received += bench.receive();
    bench.pipe.sink_ready();
    bench.pump({});
  }
  for (std::string part = bench.receive(); part != "EOF"; part = bench.receive()) received += part;
  EXPECT_TRUE(received == sent);
  EXPECT_LT(passed, static_cast<int64_t>(sent.size()));
}

TEST(LinkPipe, BreaksWhenTheReceiverIsGone) {
  Bench bench(LinkSpec{});
  bench.receiver = FileDescriptor();
  bench.send("samples");
  bench.pump({});
  EXPECT_TRUE(bench.pipe.broken());
}

}  // namespace
}  // namespace pushpull
