#pragma once

/// Asks the owners of running stores, many questions at a time and without waiting. Not thread-safe: one
/// thread, its sockets with it.
///
///     if (!lines.ask(tag, endpoint, QueryKind::wallet, parameters)) { nobody stands at that door }
///     for (auto& [tag, reply] : lines.take()) { ... }
///
/// A line to a door where nobody stands holds no questions, so none comes late.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "base/curve_keys.hpp"
#include "protocol/query.hpp"

namespace florin {

class QueryLines {
 public:
  struct TaggedReply {
    std::uint64_t tag = 0;
    Result<std::string> payload;
  };

  /// One line to each door. `keys` are for endpoints over TCP that ask for them.
  QueryLines(zmq::context_t& context, const std::vector<std::string>& endpoints,
             const std::optional<CurveKeys>& keys = std::nullopt);

  /// Whether the question is on its way. `tag` comes back with its reply; no two are alike.
  [[nodiscard]] bool ask(std::uint64_t tag, const std::string& endpoint, QueryKind kind,
                         std::string_view parameters);
  /// All replies that are there.
  [[nodiscard]] std::vector<TaggedReply> take();
  /// Descriptors that have input when replies come, or when a line changes. Between two waits for them take()
  /// is to be called: they tell changes, not states.
  [[nodiscard]] std::vector<int> descriptors() const;

 private:
  std::map<std::string, zmq::socket_t> lines_;
};

}  // namespace florin
