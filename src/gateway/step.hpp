#pragma once

/// What a route makes of a request: an answer at once, a refusal, questions to the owners of stores whose
/// replies lead to the next step, or a command whose outcome is the answer.
///
///     request ──> route ──> HttpResponse | Problem                      answered
///                       ──> Gather ── replies ──> then() ──> next step  a read
///                       ──> Decide ── outcome ──> answered              a write

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/strong.hpp"
#include "gateway/http.hpp"
#include "gateway/target.hpp"
#include "protocol/command_codec.hpp"
#include "protocol/query.hpp"

namespace florin {

enum class Part : std::uint8_t { router, shard, accounting, dead_letter };

/// Whose query socket.
struct Owner {
  Part part = Part::router;
  ShardIndex shard = {};  ///< only of a shard

  bool operator==(const Owner&) const = default;
};

struct Question {
  Owner owner;
  QueryKind kind = QueryKind::status;
  std::string parameters = "\x90";  ///< a packed array; the empty one
};

/// The payload, or why there is none, of each question in its place.
using Replies = std::vector<Result<std::string>>;

struct Gather;
struct Decide {
  TracedCommand command;
};
using Step = std::variant<HttpResponse, Problem, Gather, Decide>;

struct Gather {
  std::vector<Question> questions;
  std::function<Step(Replies&)> then;
};

/// The commands that the gateway has taken and that have no outcome yet.
class InFlight {
 public:
  virtual ~InFlight() = default;
  [[nodiscard]] virtual const Command* find(std::string_view wallet, std::string_view id) const = 0;
};

/// What a route is called with. The request's views live as long as the call; a route that asks copies what
/// it needs later.
struct Call {
  const HttpRequest& request;
  const Target& target;
  std::vector<std::string> names;  ///< what stands in the path where the route has `{}`
  std::uint16_t shards;
  const InFlight& in_flight;
};

}  // namespace florin
