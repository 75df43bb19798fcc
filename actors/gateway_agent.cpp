#include "actors/gateway_agent.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "runtime/clock.hpp"
#include "transport/socket.hpp"

namespace florin {

namespace {

std::vector<std::string> query_doors(const Config& config) {
  const Endpoints& endpoints = config.endpoints;
  std::vector<std::string> doors{endpoints.router_query, endpoints.accounting_query,
                                 endpoints.dead_letter_query};
  for (std::uint16_t shard = 0; shard < config.shards; ++shard) {
    doors.push_back(Endpoints::of_shard(endpoints.shard_query, ShardIndex(shard)));
  }
  return doors;
}

/// An address of IPv6 stands in brackets.
std::string url_of(const std::string& address, std::uint16_t port) {
  return address.find(':') == std::string::npos ? fmt::format("http://{}:{}", address, port)
                                                : fmt::format("http://[{}]:{}", address, port);
}

/// Whether everybody may come in while nobody has a token. Throws where nobody could at all.
bool is_open_to_all(const Config& config, TokenList& tokens) {
  if (is_loopback(config.gateway.address) || config.doors.insecure == Insecure::yes) {
    return true;
  }
  if (tokens.empty(wall_clock())) {
    throw TransportError(fmt::format(
        "gateway.listen is {}: beyond loopback (127.0.0.1) whoever calls needs a token. Make one with "
        "`florin token create`, or say --insecure to let everybody in",
        config.gateway.address));
  }
  return false;
}

SessionSettings session_settings(const GatewaySettings& settings) {
  SessionSettings session;
  session.in_flight_commands_max = settings.requests_in_flight_max;
  return session;
}

}  // namespace

GatewayAgent::GatewayAgent(zmq::context_t& context, const Config& config, const std::string& instance,
                           Log& log)
    : endpoints_(config.endpoints),
      tokens_(config.doors.tokens_file),
      open_to_all_(is_open_to_all(config, tokens_)),
      api_(config.gateway, config.shards, instance,
           [this](std::optional<std::string_view> token, TimeUs now) { return find_caller(token, now); }),
      session_(
          context, config.endpoints.front, session_settings(config.gateway),
          [this](std::uint64_t tag, const Answer& answer) { api_.on_outcome(tag, answer); },
          config.doors.client),
      lines_(context, query_doors(config), config.doors.client),
      server_(
          config.gateway,
          [this](ExchangeId exchange, const HttpRequest& request) {
            api_.on_request(exchange, request, wall_clock());
          },
          [this](Code code, std::string detail) { return api_.refusal(code, std::move(detail)); }) {
  server_.watch(session_.descriptor());
  for (const int descriptor : lines_.descriptors()) {
    server_.watch(descriptor);
  }
  log.info("gateway", "listening", {{"url", url_of(config.gateway.address, server_.port())}});
}

/// Once somebody has a token, everybody needs one. Before that the door is open to this machine, or to all
/// where that was said.
std::optional<Caller> GatewayAgent::find_caller(std::optional<std::string_view> token, TimeUs now) {
  if (token) {
    return tokens_.find(*token, now);
  }
  return open_to_all_ && tokens_.empty(now) ? std::optional(Caller{"anybody", RoleSet::all()}) : std::nullopt;
}

void GatewayAgent::round(int timeout_ms) {
  work(timeout_ms);
}

bool GatewayAgent::drain_round(int timeout_ms) {
  if (!draining_) {
    draining_ = true;
    server_.close_door();
  }
  work(timeout_ms);
  return api_.open_exchanges() > 0 || server_.is_writing();
}

/// Waits for requests, outcomes and replies together; then brings each a step further. What that sends may
/// bring in more at once, without another word from a descriptor, so it is looked at before the next wait.
void GatewayAgent::work(int timeout_ms) {
  const bool at_once = std::exchange(has_asked_, false) || session_.input_waits();
  server_.run_for(at_once ? std::chrono::microseconds(0) : std::chrono::milliseconds(timeout_ms));
  const TimeUs now = wall_clock();
  perform(api_.take());
  session_.round(std::chrono::microseconds(0));
  for (QueryLines::TaggedReply& reply : lines_.take()) {
    api_.on_reply(reply.tag, std::move(reply.payload), now);
  }
  api_.on_tick(now);
  perform(api_.take());
}

void GatewayAgent::perform(GatewayEffects effects) {
  // An answer frees its connection, which may have sent the next request ahead: that is new work.
  while (!effects.empty()) {
    for (OutgoingCommand& command : effects.commands) {
      session_.add(command.tag, command.wallet, std::move(command.packed));
    }
    for (const OutgoingQuestion& question : effects.questions) {
      ask(question);
    }
    for (OutgoingResponse& answer : effects.responses) {
      server_.respond(answer.exchange, std::move(answer.response));
    }
    effects = api_.take();
  }
}

void GatewayAgent::ask(const OutgoingQuestion& outgoing) {
  const Question& question = outgoing.question;
  const std::string endpoint = endpoint_of(question.owner);
  has_asked_ = true;
  if (!lines_.ask(outgoing.tag, endpoint, question.kind, question.parameters)) {
    api_.on_reply(outgoing.tag, problem(Code::owner_absent, fmt::format("nobody stands at {}", endpoint)),
                  wall_clock());
  }
}

std::string GatewayAgent::endpoint_of(const Owner& owner) const {
  switch (owner.part) {
    case Part::router: return endpoints_.router_query;
    case Part::shard: return Endpoints::of_shard(endpoints_.shard_query, owner.shard);
    case Part::accounting: return endpoints_.accounting_query;
    case Part::dead_letter: return endpoints_.dead_letter_query;
  }
  return endpoints_.router_query;
}

}  // namespace florin
