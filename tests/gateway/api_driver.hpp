#pragma once

/// Drives the gateway's logic by hand: requests as a caller writes them, outcomes and replies as the test
/// wants them, a time that the test makes up.

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {

struct TestRequest {
  std::string method = "GET";
  std::string target = "/";
  std::string body = {};
  std::vector<HttpHeader> headers = {};
};

[[nodiscard]] inline TestRequest get(std::string target) {
  return {"GET", std::move(target)};
}
/// With the headers that a write needs.
[[nodiscard]] inline TestRequest post(std::string target, std::string body,
                                      std::vector<HttpHeader> more = {}) {
  more.push_back({"Content-Type", "application/json"});
  return {"POST", std::move(target), std::move(body), std::move(more)};
}

class ApiDriver {
 public:
  explicit ApiDriver(const GatewaySettings& settings = {}, std::uint16_t shards = 4,
                     FindCaller find_caller = open_door())
      : api(settings, shards, "test", std::move(find_caller)) {}

  ExchangeId send(const TestRequest& test) {
    HttpRequest request{test.method, test.target, test.headers, test.body};
    if (request.count("Host") == 0) {
      request.headers.push_back({"Host", "localhost:8000"});
    }
    const ExchangeId exchange(++last_exchange_);
    api.on_request(exchange, request, now);
    collect();
    return exchange;
  }
  /// The answer, which has to be there.
  HttpResponse response(ExchangeId exchange) {
    const auto found = maybe_response(exchange);
    if (!found) {
      throw std::runtime_error("the exchange is not answered");
    }
    return *found;
  }
  std::optional<HttpResponse> maybe_response(ExchangeId exchange) {
    for (const OutgoingResponse& outgoing : responses) {
      if (outgoing.exchange == exchange) {
        return outgoing.response;
      }
    }
    return std::nullopt;
  }
  /// Of a request that is answered at once.
  HttpResponse answer(const TestRequest& request) { return response(send(request)); }

  void decide(std::uint64_t tag, const Answer& answer) {
    api.on_outcome(tag, answer);
    collect();
  }
  void reply(std::uint64_t tag, Result<std::string> payload) {
    api.on_reply(tag, std::move(payload), now);
    collect();
  }
  void pass_ms(std::int64_t ms) {
    now = now.plus(ms * 1000);
    api.on_tick(now);
    collect();
  }

  Api api;
  TimeUs now{1'800'000'000'000'000};
  std::vector<OutgoingCommand> commands;
  std::vector<OutgoingQuestion> questions;
  std::vector<OutgoingResponse> responses;

 private:
  void collect() {
    GatewayEffects effects = api.take();
    for (auto& command : effects.commands) commands.push_back(std::move(command));
    for (auto& question : effects.questions) questions.push_back(std::move(question));
    for (auto& response : effects.responses) responses.push_back(std::move(response));
  }

  std::uint64_t last_exchange_ = 0;
};

[[nodiscard]] inline nlohmann::json json_of(const HttpResponse& response) {
  return nlohmann::json::parse(response.body);
}

[[nodiscard]] inline std::string header_of(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equals_ignoring_case(key, name)) {
      return value;
    }
  }
  return {};
}

/// The name of the problem that is answered.
[[nodiscard]] inline std::string problem_of(const HttpResponse& response) {
  return response.content_type == "application/problem+json" ? json_of(response)["name"].get<std::string>()
                                                             : std::string();
}

/// A decision as a shard tells it.
[[nodiscard]] inline Answer decided(Resolution resolution, Code code, std::int64_t balance_minor) {
  Answer answer;
  answer.resolution = resolution;
  answer.code = code;
  answer.shard = ShardIndex(1);
  answer.sequence = SequenceNumber(42);
  answer.decided = TimeUs(1'800'000'000'000'000);
  answer.after.status = WalletStatus::open;
  answer.after.currency = currency("EUR");
  answer.after.balance = MinorUnits(balance_minor);
  answer.after.version = WalletVersion(3);
  return answer;
}

}  // namespace florin::test
