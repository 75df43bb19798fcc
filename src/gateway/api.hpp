#pragma once

/// The gateway's logic: requests come in, and go on as commands to the router and questions to the owners of
/// stores; what comes back leads to the answers. Sans-I/O: the sockets are in actors/gateway_agent.
///
///     api.on_request(exchange, request, now);
///     for (GatewayEffects effects = api.take(); ...) { send commands, ask questions, answer exchanges }
///
/// Every request is answered exactly once: at once, with its outcome, or when its time is up. A command that
/// was sent stays in flight until it has its outcome, whether or not anybody still waits for it; until then
/// a request of the same wallet and id is answered `still_in_flight`.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/http.hpp"
#include "gateway/problem_response.hpp"
#include "gateway/routes.hpp"
#include "gateway/step.hpp"
#include "protocol/message.hpp"
#include "runtime/gateway_settings.hpp"

namespace florin {

struct OutgoingCommand {
  std::uint64_t tag = 0;
  WalletId wallet;
  std::string packed;
};

struct OutgoingQuestion {
  std::uint64_t tag = 0;
  Question question;
};

struct OutgoingResponse {
  ExchangeId exchange;
  HttpResponse response;
};

struct GatewayEffects {
  std::vector<OutgoingCommand> commands;
  std::vector<OutgoingQuestion> questions;
  std::vector<OutgoingResponse> responses;

  [[nodiscard]] bool empty() const { return commands.empty() && questions.empty() && responses.empty(); }
};

struct GatewayCounters {
  std::uint64_t requests = 0;
  std::uint64_t refused_at_door = 0;  ///< by Host, Origin or content type
  std::uint64_t not_authorised = 0;   ///< by token or role
  std::uint64_t overloaded = 0;
  std::uint64_t timed_out = 0;
};

/// Who may do what. What stands behind `Bearer `, or nothing, leads to the caller; nothing where the token is
/// not known, or one is needed.
using FindCaller = std::function<std::optional<Caller>(std::optional<std::string_view> token, TimeUs now)>;
/// Everybody may do everything: a door on loopback for which nobody made a token.
[[nodiscard]] FindCaller open_door();

class Api : private InFlight {
 public:
  /// `instance` makes the request ids of this process its own.
  Api(GatewaySettings settings, std::uint16_t shards, std::string instance, FindCaller find_caller);

  /// An exchange is named once.
  void on_request(ExchangeId exchange, const HttpRequest& request, TimeUs now);
  /// The outcome of a command. One is said at most once.
  void on_outcome(std::uint64_t tag, const Answer& answer);
  /// What the owner said, or why nothing came. A tag that is not waited for any more is passed over.
  void on_reply(std::uint64_t tag, Result<std::string> reply, TimeUs now);
  /// Answers those whose time is up.
  void on_tick(TimeUs now);
  /// What the server could not even read as a request, as an answer.
  [[nodiscard]] HttpResponse refusal(Code code, std::string detail);

  /// What has come up since it was last taken.
  [[nodiscard]] GatewayEffects take() { return std::exchange(effects_, {}); }
  [[nodiscard]] std::size_t open_exchanges() const { return exchanges_.size(); }
  [[nodiscard]] std::size_t commands_in_flight() const { return commands_.size(); }
  [[nodiscard]] const GatewayCounters& counters() const { return counters_; }

 private:
  /// A request that is not answered yet.
  struct Exchange {
    std::string request_id;
    std::uint64_t first_question = 0;  ///< the tags of a gathering are consecutive
    std::size_t missing = 0;           ///< replies that have not come
    Replies replies;
    std::function<Step(Replies&)> then;
    std::uint64_t command = 0;  ///< its tag; 0 for a read
  };
  struct Command {
    florin::Command content;
    ExchangeId exchange;  ///< 0 where nobody waits any more
  };
  struct Deadline {
    TimeUs at;
    ExchangeId exchange;
  };

  [[nodiscard]] const florin::Command* find(std::string_view wallet, std::string_view id) const override;
  [[nodiscard]] Step route(const HttpRequest& request, TimeUs now, std::string& allow);
  [[nodiscard]] std::optional<Problem> check_caller(const HttpRequest& request, Role role, TimeUs now);
  [[nodiscard]] std::string request_id_of(const HttpRequest* request);
  void proceed(ExchangeId exchange, Exchange state, Step step, TimeUs now);
  void begin_gathering(ExchangeId exchange, Exchange state, Gather gather, TimeUs now);
  void begin_deciding(ExchangeId exchange, Exchange state, const TracedCommand& command, TimeUs now);
  void expire(std::deque<Deadline>& deadlines, TimeUs now);
  void refuse(ExchangeId exchange, const std::string& request_id, const Refusal& refusal,
              std::string location = {});
  void respond(ExchangeId exchange, const std::string& request_id, HttpResponse response);

  const GatewaySettings settings_;
  const std::uint16_t shards_;
  const std::string instance_;
  const FindCaller find_caller_;
  std::uint64_t next_request_ = 1;
  std::uint64_t next_tag_ = 1;                                      ///< of commands and questions
  absl::flat_hash_map<std::uint64_t, Exchange> exchanges_;          ///< by the exchange's number
  absl::flat_hash_map<std::uint64_t, ExchangeId> questions_;        ///< by tag
  absl::flat_hash_map<std::uint64_t, Command> commands_;            ///< by tag
  absl::flat_hash_map<std::string, std::uint64_t> tags_in_flight_;  ///< wallet and id -> tag of the command
  std::deque<Deadline> read_deadlines_;  ///< each in the order of its times, because all wait equally long
  std::deque<Deadline> outcome_deadlines_;
  GatewayEffects effects_;
  GatewayCounters counters_;
};

}  // namespace florin
