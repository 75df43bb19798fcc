#include "client/query_lines.hpp"

#include "transport/curve.hpp"
#include "transport/socket.hpp"

namespace florin {

QueryLines::QueryLines(zmq::context_t& context, const std::vector<std::string>& endpoints,
                       const std::optional<CurveKeys>& keys) {
  for (const std::string& endpoint : endpoints) {
    zmq::socket_t line = make_socket(context, zmq::socket_type::dealer);
    line.set(zmq::sockopt::immediate, true);
    connect_socket(line, endpoint, keys);
    lines_.emplace(endpoint, std::move(line));
  }
}

bool QueryLines::ask(std::uint64_t tag, const std::string& endpoint, QueryKind kind,
                     std::string_view parameters) {
  return send(lines_.at(endpoint), encode_query(tag, kind, parameters)) == Sent::sent;
}

std::vector<QueryLines::TaggedReply> QueryLines::take() {
  std::vector<TaggedReply> replies;
  for (auto& [endpoint, line] : lines_) {
    while (const auto message = receive(line)) {
      const auto reply = decode_reply(view(*message));
      if (!reply) {
        continue;  // whoever waits for it is told when its time is up
      }
      replies.push_back({reply->request, reply->code == Code::none ? Result<std::string>(reply->payload)
                                                                   : problem(reply->code, reply->detail)});
    }
  }
  return replies;
}

std::vector<int> QueryLines::descriptors() const {
  std::vector<int> all;
  for (const auto& [endpoint, line] : lines_) {
    all.push_back(line.get(zmq::sockopt::fd));
  }
  return all;
}

}  // namespace florin
