#include "gateway/api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.hpp"
#include "gateway/doors.hpp"
#include "gateway/transaction_json.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kBusyRetryMs = 1000;

/// Neither may hold a space.
std::string key_of(std::string_view wallet, std::string_view id) {
  return std::string(wallet).append(1, ' ').append(id);
}

TimeUs after_ms(TimeUs now, std::uint32_t ms) {
  return now.plus(std::int64_t{ms} * 1000);
}

std::string location_of(const Command& command) {
  return fmt::format("/v1/wallets/{}/transactions/{}", command.wallet.view(), command.id.view());
}

/// What a sender may name a request; it stands in headers and logs.
bool is_request_id(std::string_view text) {
  return is_name(text);
}

}  // namespace

FindCaller open_door() {
  return [](const auto& /*token*/, TimeUs /*now*/) { return Caller{"anybody", RoleSet::all()}; };
}

Api::Api(GatewaySettings settings, std::uint16_t shards, std::string instance, FindCaller find_caller)
    : settings_(std::move(settings)),
      shards_(shards),
      instance_(std::move(instance)),
      find_caller_(std::move(find_caller)) {}

void Api::on_request(ExchangeId exchange, const HttpRequest& request, TimeUs now) {
  ++counters_.requests;
  Exchange state;
  state.request_id = request_id_of(&request);
  if (auto wrong = check_doors(request, settings_)) {
    ++counters_.refused_at_door;
    return refuse(exchange, state.request_id, {std::move(*wrong)});
  }
  std::string allow;
  Step step = route(request, now, allow);
  if (allow.empty()) {
    return proceed(exchange, std::move(state), std::move(step), now);
  }
  HttpResponse response = problem_response(
      {{Code::method_not_allowed, fmt::format("this resource takes {}", allow)}}, state.request_id);
  respond(exchange, state.request_id, response.with("Allow", allow));
}

/// `allow` is filled where the path is right and the method is not.
Step Api::route(const HttpRequest& request, TimeUs now, std::string& allow) {
  const auto target = parse_target(request.target);
  if (!target) {
    return target.error();
  }
  auto found = find_route(request.method, *target);
  if (auto* wrong = std::get_if<Problem>(&found)) {
    return std::move(*wrong);
  }
  if (auto* other = std::get_if<NoSuchMethod>(&found)) {
    allow = std::move(other->allow);
    return HttpResponse{};
  }
  auto& match = std::get<Match>(found);
  if (match.route->role) {
    if (auto wrong = check_caller(request, *match.route->role, now)) {
      ++counters_.not_authorised;
      return std::move(*wrong);
    }
  }
  return match.route->answer({request, *target, std::move(match.names), shards_, *this});
}

std::optional<Problem> Api::check_caller(const HttpRequest& request, Role role, TimeUs now) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto header = request.header("Authorization");
  const bool is_bearer = header && equals_ignoring_case(header->substr(0, kBearer.size()), kBearer);
  if (request.count("Authorization") > 1 || (header && !is_bearer)) {
    return Problem{Code::not_authenticated, "send one header `Authorization: Bearer TOKEN`"};
  }
  const auto caller =
      find_caller_(header ? std::optional(header->substr(kBearer.size())) : std::nullopt, now);
  if (!caller) {
    return Problem{Code::not_authenticated, header
                                                ? "the token is not known, has expired or was revoked"
                                                : "send `Authorization: Bearer TOKEN`; `florin token create` "
                                                  "makes one"};
  }
  if (!caller->roles.has(role)) {
    return Problem{Code::not_allowed, fmt::format("{} has the roles {} and needs {}", caller->name,
                                                  name(caller->roles), name(role))};
  }
  return std::nullopt;
}

std::string Api::request_id_of(const HttpRequest* request) {
  const auto given = request == nullptr ? std::nullopt : request->header("X-Request-Id");
  return given && is_request_id(*given) ? std::string(*given)
                                        : fmt::format("{}-{}", instance_, next_request_++);
}

void Api::proceed(ExchangeId exchange, Exchange state, Step step, TimeUs now) {
  if (auto* response = std::get_if<HttpResponse>(&step)) {
    respond(exchange, state.request_id, std::move(*response));
  } else if (auto* wrong = std::get_if<Problem>(&step)) {
    refuse(exchange, state.request_id, {std::move(*wrong)});
  } else if (std::max(exchanges_.size(), commands_.size()) >= settings_.requests_in_flight_max) {
    ++counters_.overloaded;
    refuse(
        exchange, state.request_id,
        {{Code::overloaded, fmt::format("{} requests are being worked on", settings_.requests_in_flight_max)},
         kBusyRetryMs});
  } else if (auto* gather = std::get_if<Gather>(&step)) {
    begin_gathering(exchange, std::move(state), std::move(*gather), now);
  } else {
    begin_deciding(exchange, std::move(state), std::get<Decide>(step).command, now);
  }
}

void Api::begin_gathering(ExchangeId exchange, Exchange state, Gather gather, TimeUs now) {
  invariant(!gather.questions.empty(), "who gathers asks something");
  state.first_question = next_tag_;
  state.missing = gather.questions.size();
  state.replies.assign(gather.questions.size(), problem(Code::owner_absent, "not answered"));
  state.then = std::move(gather.then);
  for (Question& question : gather.questions) {
    questions_.emplace(next_tag_, exchange);
    effects_.questions.push_back({next_tag_++, std::move(question)});
  }
  exchanges_.insert_or_assign(exchange.value(), std::move(state));
  read_deadlines_.push_back({after_ms(now, settings_.query_timeout_ms), exchange});
}

void Api::begin_deciding(ExchangeId exchange, Exchange state, const TracedCommand& command, TimeUs now) {
  const florin::Command& content = command.command;
  std::string key = key_of(content.wallet.view(), content.id.view());
  if (tags_in_flight_.contains(key)) {
    return refuse(exchange, state.request_id, {{Code::still_in_flight, {}}, kBusyRetryMs},
                  location_of(content));
  }
  Writer packed;
  encode_command(packed, command);
  state.command = next_tag_++;
  effects_.commands.push_back({state.command, content.wallet, std::move(packed).take()});
  tags_in_flight_.emplace(std::move(key), state.command);
  commands_.emplace(state.command, Command{content, exchange});
  exchanges_.insert_or_assign(exchange.value(), std::move(state));
  outcome_deadlines_.push_back({after_ms(now, settings_.outcome_timeout_ms), exchange});
}

void Api::on_outcome(std::uint64_t tag, const Answer& answer) {
  const auto found = commands_.find(tag);
  invariant(found != commands_.end(), "a command has one outcome");
  const Command command = std::move(found->second);
  commands_.erase(found);
  tags_in_flight_.erase(key_of(command.content.wallet.view(), command.content.id.view()));
  const auto waiting = exchanges_.find(command.exchange.value());
  if (waiting == exchanges_.end()) {
    return;  // nobody waits any more
  }
  const std::string request_id = std::move(waiting->second.request_id);
  exchanges_.erase(waiting);
  if (answer.resolution == Resolution::queued) {
    HttpResponse response{202, "application/json", queued_json(command.content), {}};
    response.with("Location", location_of(command.content)).with("Preference-Applied", "respond-async");
    return respond(command.exchange, request_id, std::move(response));
  }
  if (answer.resolution != Resolution::success) {
    // A conflict leaves the first decision as it is, so there is none of this request to show.
    const bool decided = answer.decided_something() && answer.code != Code::idempotency_conflict;
    Refusal refusal{{answer.code, answer.detail}, answer.retry_after_ms};
    refusal.transaction = decided ? outcome_json(command.content, answer) : std::string();
    refusal.replayed = decided && answer.duplicate;
    return refuse(command.exchange, request_id, refusal,
                  decided ? location_of(command.content) : std::string());
  }
  HttpResponse response{201, "application/json", outcome_json(command.content, answer), {}};
  response.with("Location", location_of(command.content));
  if (answer.duplicate) {
    response.with("Idempotency-Replayed", "true");
  }
  respond(command.exchange, request_id, std::move(response));
}

void Api::on_reply(std::uint64_t tag, Result<std::string> reply, TimeUs now) {
  const auto question = questions_.find(tag);
  if (question == questions_.end()) {
    return;
  }
  const ExchangeId exchange = question->second;
  questions_.erase(question);
  const auto found = exchanges_.find(exchange.value());
  invariant(found != exchanges_.end(), "a question that is waited for has its exchange");
  Exchange& waiting = found->second;
  waiting.replies.at(tag - waiting.first_question) = std::move(reply);
  if (--waiting.missing == 0) {
    Exchange state = std::move(waiting);
    exchanges_.erase(found);
    Step next = state.then(state.replies);
    proceed(exchange, std::move(state), std::move(next), now);
  }
}

void Api::on_tick(TimeUs now) {
  expire(read_deadlines_, now);
  expire(outcome_deadlines_, now);
}

/// Deadlines of what was answered in time are passed over here. One of an earlier gathering of an exchange
/// that gathers again ends it a little early, which only bounds it.
void Api::expire(std::deque<Deadline>& deadlines, TimeUs now) {
  while (!deadlines.empty() &&
         (deadlines.front().at <= now || !exchanges_.contains(deadlines.front().exchange.value()))) {
    const ExchangeId exchange = deadlines.front().exchange;
    deadlines.pop_front();
    const auto found = exchanges_.find(exchange.value());
    if (found == exchanges_.end()) {
      continue;
    }
    ++counters_.timed_out;
    const Exchange state = std::move(found->second);
    exchanges_.erase(found);
    if (state.command != 0) {
      Command& command = commands_.at(state.command);
      command.exchange = ExchangeId();
      refuse(exchange, state.request_id, {{Code::no_answer_yet, {}}}, location_of(command.content));
      continue;
    }
    for (std::size_t i = 0; i < state.replies.size(); ++i) {
      questions_.erase(state.first_question + i);
    }
    refuse(exchange, state.request_id,
           {{Code::owner_absent, fmt::format("no answer within {} ms", settings_.query_timeout_ms)},
            kBusyRetryMs});
  }
}

HttpResponse Api::refusal(Code code, std::string detail) {
  const std::string request_id = request_id_of(nullptr);
  HttpResponse response = problem_response({{code, std::move(detail)}, kBusyRetryMs}, request_id);
  return response.with("X-Request-Id", request_id);
}

void Api::refuse(ExchangeId exchange, const std::string& request_id, const Refusal& refusal,
                 std::string location) {
  HttpResponse response = problem_response(refusal, request_id);
  if (!location.empty()) {
    response.with("Location", std::move(location));
  }
  respond(exchange, request_id, std::move(response));
}

/// What every answer carries. A page that has its own policy keeps it.
void Api::respond(ExchangeId exchange, const std::string& request_id, HttpResponse response) {
  response.with("X-Request-Id", request_id).with("X-Content-Type-Options", "nosniff");
  if (!response.has("Cache-Control")) {
    response.with("Cache-Control", "no-store");
  }
  if (!response.has("Content-Security-Policy")) {
    response.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  effects_.responses.push_back({exchange, std::move(response)});
}

const florin::Command* Api::find(std::string_view wallet, std::string_view id) const {
  const auto found = tags_in_flight_.find(key_of(wallet, id));
  return found == tags_in_flight_.end() ? nullptr : &commands_.at(found->second).content;
}

}  // namespace florin
