#include "harness/systems/remote_read_api.h"

#include "harness/wire/compression.h"

namespace pushpull {
namespace {

constexpr size_t kMostBytes = size_t{1} << 30;  // of one answer, uncompressed

}  // namespace

Request RemoteReadApi::request(const wire::ReadQuery& query) const {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/read";
  request.headers = {{"Content-Encoding", "snappy"},
                     {"Content-Type", "application/x-protobuf"},
                     {"X-Prometheus-Remote-Read-Version", "0.1.0"}};
  request.body.bytes = wire::snappy_compress(wire::encode_read_request(query));
  return request;
}

Result<wire::WrittenRequest> RemoteReadApi::samples(const wire::ReadQuery& /*query*/,
                                                    const Response& response) const {
  Result<std::string> message = wire::snappy_uncompress(response.body.bytes, kMostBytes);
  if (!message) return message.error();
  return wire::decode_read_response(*message);
}

}  // namespace pushpull
