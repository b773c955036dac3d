#include "harness/roles/link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <future>
#include <string>

#include "harness/base/random.h"
#include "harness/loop/real_loop.h"

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);

// Blocking sockets: the tests wait for bytes, never for time.
void make_blocking(const FileDescriptor& socket) {
  ASSERT_EQ(::fcntl(socket.get(), F_SETFL, 0), 0);
}

class Listener {
 public:
  Listener() : socket_(std::move(*listen_on({"127.0.0.1", 0}))) { make_blocking(socket_); }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(*local_port(socket_)); }
  FileDescriptor accept() { return FileDescriptor(::accept(socket_.get(), nullptr, nullptr)); }

 private:
  FileDescriptor socket_;
};

// A connected socket, or the errno of the attempt.
struct Dialed {
  FileDescriptor socket;
  int error = 0;
};
Dialed dial(uint16_t port) {
  const Result<SocketAddress> address = resolve({"127.0.0.1", port});
  Dialed dialed{FileDescriptor(::socket(AF_INET, SOCK_STREAM, 0))};
  const void* const any = &address->storage;
  if (::connect(dialed.socket.get(), static_cast<const sockaddr*>(any), address->size) != 0) {
    dialed.error = errno;
  }
  return dialed;
}

void send_all(const FileDescriptor& socket, const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = ::send(socket.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    ASSERT_GT(n, 0);
    sent += static_cast<size_t>(n);
  }
}

// `size` bytes, or fewer where the stream ends before.
std::string receive(const FileDescriptor& socket, size_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = ::recv(socket.get(), bytes.data(), size, MSG_WAITALL);
  bytes.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return bytes;
}

bool is_reset(const FileDescriptor& socket) {
  char byte = 0;
  return ::recv(socket.get(), &byte, 1, 0) < 0 && errno == ECONNRESET;
}

std::string random_bytes(size_t size, std::string_view stream) {
  Random random(42, stream);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

struct LinkTest : testing::Test {
  void start(const LinkSpec& spec, bool http = false) {
    Result<std::unique_ptr<LinkRole>> started =
        LinkRole::start({spec,
                         {{0, upstream.endpoint()}},
                         [this](Instant /*begin*/, int64_t to_server, int64_t to_client) {
                           reported_to_server += to_server;
                           reported_to_client += to_client;
                         },
                         /*seed=*/7,
                         http},
                        &clock);
    ASSERT_TRUE(started) << started.error().message;
    link = std::move(*started);
  }
  void connect() {
    Dialed dialed = dial(link->port(0));
    ASSERT_EQ(dialed.error, 0);
    client = std::move(dialed.socket);
    server = upstream.accept();
  }
  // The link has counted everything it passed on before this returns.
  void settle() { ASSERT_TRUE(link->obey(LinkState::kUp)); }

  RealLoop clock;
  Listener upstream;
  int64_t reported_to_server = 0;  // written by the link's thread; read once it has ended
  int64_t reported_to_client = 0;
  std::unique_ptr<LinkRole> link;
  FileDescriptor client;
  FileDescriptor server;
};

TEST_F(LinkTest, PassesBytesUnchangedAndCountsThemAll) {
  start(LinkSpec{});
  connect();
  const std::string request = random_bytes(1'000'000, "request");
  const std::string response = random_bytes(1'500'000, "response");
  std::future<void> asking = std::async(std::launch::async, [&] { send_all(client, request); });
  EXPECT_TRUE(receive(server, request.size()) == request);
  std::future<void> answering = std::async(std::launch::async, [&] { send_all(server, response); });
  EXPECT_TRUE(receive(client, response.size()) == response);
  settle();
  EXPECT_EQ(link->bytes(Direction::kToServer), 1'000'000);
  EXPECT_EQ(link->bytes(Direction::kToClient), 1'500'000);
  EXPECT_EQ(link->connections_opened(), 1);
  link.reset();
  EXPECT_EQ(reported_to_server, 1'000'000);
  EXPECT_EQ(reported_to_client, 1'500'000);
}

TEST_F(LinkTest, PassesBytesUnchangedWhileItShapesThem) {
  start({kMs * 4, 400'000'000});
  connect();
  const std::string request = random_bytes(1'000'000, "request");
  const std::string response = random_bytes(1'000'000, "response");
  std::future<void> asking = std::async(std::launch::async, [&] { send_all(client, request); });
  std::future<void> answering = std::async(std::launch::async, [&] { send_all(server, response); });
  std::future<std::string> answer =
      std::async(std::launch::async, [&] { return receive(client, response.size()); });
  EXPECT_TRUE(receive(server, request.size()) == request);
  EXPECT_TRUE(answer.get() == response);
}

TEST_F(LinkTest, CarriesManyConnections) {
  start(LinkSpec{});
  std::vector<FileDescriptor> clients;
  std::vector<FileDescriptor> servers;
  for (int i = 0; i < 50; ++i) {
    connect();
    clients.push_back(std::move(client));
    servers.push_back(std::move(server));
  }
  for (size_t i = 0; i < clients.size(); ++i) send_all(clients[i], std::string(i + 1, 'x'));
  for (size_t i = 0; i < servers.size(); ++i) {
    EXPECT_EQ(receive(servers[i], i + 1), std::string(i + 1, 'x'));
  }
  EXPECT_EQ(link->connections_opened(), 50);
}

TEST_F(LinkTest, PassesOnTheEndOfEachDirection) {
  start(LinkSpec{});
  connect();
  send_all(client, "question");
  ::shutdown(client.get(), SHUT_WR);
  EXPECT_EQ(receive(server, 100), "question");  // ended by the end of the stream
  send_all(server, "answer");
  server = FileDescriptor();
  EXPECT_EQ(receive(client, 100), "answer");
}

TEST_F(LinkTest, DelaysEachRoundTrip) {
  start({kMs * 40, 0});
  const Instant begin = clock.now();
  connect();
  for (int round = 0; round < 2; ++round) {
    send_all(client, "x");
    EXPECT_EQ(receive(server, 1), "x");
    send_all(server, "y");
    EXPECT_EQ(receive(client, 1), "y");
  }
  EXPECT_GE(clock.now() - begin, kMs * 120);  // one handshake, two round trips
}

TEST_F(LinkTest, ThrottlesToTheBandwidth) {
  start({Duration(), 8'000'000});  // 1 kB per ms
  connect();
  const Instant begin = clock.now();
  send_all(client, std::string(100'000, 'x'));
  EXPECT_EQ(receive(server, 100'000).size(), 100'000u);
  EXPECT_GE(clock.now() - begin, kMs * 100);
}

TEST_F(LinkTest, ResetsAndRefusesWhileDown) {
  start(LinkSpec{});
  connect();
  send_all(client, "x");
  EXPECT_EQ(receive(server, 1), "x");
  const Instant asked = clock.now();
  const Result<Instant> down = link->obey(LinkState::kDown);
  ASSERT_TRUE(down);
  EXPECT_GE(*down, asked);
  EXPECT_LE(*down, clock.now());
  EXPECT_TRUE(is_reset(client));
  EXPECT_TRUE(is_reset(server));
  EXPECT_EQ(dial(link->port(0)).error, ECONNREFUSED);
  EXPECT_EQ(dial(link->port(0)).error, ECONNREFUSED);
  ASSERT_TRUE(link->obey(LinkState::kUp));
  connect();
  send_all(client, "again");
  EXPECT_EQ(receive(server, 5), "again");
  EXPECT_EQ(link->connections_opened(), 2);
}

TEST_F(LinkTest, AResetSparesConnectionsToCome) {
  start(LinkSpec{});
  connect();
  send_all(client, "x");
  EXPECT_EQ(receive(server, 1), "x");
  ASSERT_TRUE(link->obey(ResetLink()));
  EXPECT_TRUE(is_reset(client));
  EXPECT_TRUE(is_reset(server));
  connect();
  send_all(client, "again");
  EXPECT_EQ(receive(server, 5), "again");
}

TEST_F(LinkTest, ABlackholeSwallowsAndResetsAtItsEnd) {
  start(LinkSpec{});
  connect();
  send_all(client, "x");
  EXPECT_EQ(receive(server, 1), "x");
  ASSERT_TRUE(link->obey(LinkState::kBlackhole));
  const Dialed swallowed = dial(link->port(0));
  EXPECT_EQ(swallowed.error, 0);  // the machine accepts; the link never does
  send_all(client, "into the void");
  send_all(swallowed.socket, "as well");
  ASSERT_TRUE(link->obey(LinkState::kUp));
  EXPECT_TRUE(is_reset(client));
  EXPECT_TRUE(is_reset(server));
  EXPECT_TRUE(is_reset(swallowed.socket));
  EXPECT_EQ(link->bytes(Direction::kToServer), 1);
  EXPECT_EQ(link->connections_opened(), 1);
  connect();
  send_all(client, "again");
  EXPECT_EQ(receive(server, 5), "again");
}

TEST_F(LinkTest, ADisturbanceDelaysItsDirection) {
  start(LinkSpec{});
  connect();
  send_all(client, "x");
  EXPECT_EQ(receive(server, 1), "x");
  ASSERT_TRUE(link->obey(DisturbLink{Direction::kToServer, {kMs * 100}}));
  const Instant begin = clock.now();
  send_all(client, "y");
  EXPECT_EQ(receive(server, 1), "y");
  EXPECT_GE(clock.now() - begin, kMs * 100);
  ASSERT_TRUE(link->obey(DisturbLink{Direction::kToServer, {}}));
  ASSERT_TRUE(link->obey(DisturbLink{Direction::kToClient, {{}, {}, 8'000'000, 0}}));
  const Instant limited = clock.now();
  send_all(server, std::string(100'000, 'z'));  // at 1 kB per ms
  EXPECT_EQ(receive(client, 100'000).size(), 100'000u);
  EXPECT_GE(clock.now() - limited, kMs * 100);
}

TEST_F(LinkTest, LossDelaysAndLosesNoByte) {
  start({kMs, 0, kMs, 0.05});
  connect();
  const std::string request = random_bytes(300'000, "request");
  std::future<void> asking = std::async(std::launch::async, [&] { send_all(client, request); });
  EXPECT_TRUE(receive(server, request.size()) == request);
}

TEST_F(LinkTest, AnswersRequestsItself) {
  const std::string request = "POST /api/v1/write HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
  start({kMs * 2, 0}, /*http=*/true);
  connect();
  send_all(client, request);
  EXPECT_EQ(receive(server, request.size()), request);
  ASSERT_TRUE(link->obey(AnswerAtLink{LinkAnswer{503, 1, Duration::seconds(5)}}));
  send_all(client, request);
  std::string answer = receive(client, 1);
  while (!answer.ends_with("\r\n\r\nanswered by the link\n")) {
    const std::string more = receive(client, 1);
    ASSERT_FALSE(more.empty()) << answer;
    answer += more;
  }
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << answer;
  EXPECT_NE(answer.find("Retry-After: 5\r\n"), std::string::npos) << answer;
  ASSERT_TRUE(link->obey(AnswerAtLink{}));
  EXPECT_EQ(link->bytes(Direction::kToServer), static_cast<int64_t>(request.size()) * 2);
  EXPECT_EQ(link->bytes(Direction::kToClient), static_cast<int64_t>(answer.size()));
  const std::string last = "GET / HTTP/1.1\r\n\r\n";
  send_all(client, last);
  EXPECT_EQ(receive(server, last.size()), last);  // nothing of the one before it
}

TEST_F(LinkTest, AnswersNobodyWhereItDoesNotLookIntoHttp) {
  start(LinkSpec{});
  const Result<Instant> told = link->obey(AnswerAtLink{LinkAnswer{}});
  ASSERT_FALSE(told);
  EXPECT_NE(told.error().message.find("--http"), std::string::npos);
}

TEST_F(LinkTest, ResetsTheClientOfARefusingUpstream) {
  FileDescriptor held = std::move(*hold_port(0));
  const std::string nobody = "127.0.0.1:" + std::to_string(*local_port(held));
  auto started = LinkRole::start({{}, {{0, nobody}}, [](Instant, int64_t, int64_t) {}}, &clock);
  ASSERT_TRUE(started);
  const Dialed dialed = dial((*started)->port(0));
  EXPECT_TRUE(dialed.error == ECONNRESET || is_reset(dialed.socket));
}

TEST_F(LinkTest, ResetsTheClientOfADyingUpstream) {
  start(LinkSpec{});
  connect();
  send_all(client, "x");
  EXPECT_EQ(receive(server, 1), "x");
  reset_connection(std::move(server));
  EXPECT_TRUE(is_reset(client));
}

TEST_F(LinkTest, SaysWhyItCannotStart) {
  const auto ignore = [](Instant, int64_t, int64_t) {};
  start(LinkSpec{});
  const auto taken = LinkRole::start({{}, {{link->port(0), upstream.endpoint()}}, ignore}, &clock);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().message.find(std::to_string(link->port(0))), std::string::npos);
  const auto unclear = LinkRole::start({{}, {{0, "central"}}, ignore}, &clock);
  ASSERT_FALSE(unclear);
  EXPECT_NE(unclear.error().message.find("host:port"), std::string::npos);
}

TEST_F(LinkTest, ServesSeveralRoutes) {
  Listener other;
  auto started = LinkRole::start(
      {{}, {{0, upstream.endpoint()}, {0, other.endpoint()}}, [](Instant, int64_t, int64_t) {}},
      &clock);
  ASSERT_TRUE(started);
  const Dialed dialed = dial((*started)->port(1));
  const FileDescriptor accepted = other.accept();
  send_all(dialed.socket, "other");
  EXPECT_EQ(receive(accepted, 5), "other");
}

}  // namespace
}  // namespace pushpull
