#pragma once

/// The HTTP gateway: a server for its callers, a session with the router for what they ask to be done, and
/// lines to the owners of stores for what they ask. All on one thread, so that nothing is handed around.
///
///     HttpServer ──> Api ──> SessionClient ──> router
///                <──     <──               <──
///                        ──> QueryLines ─────> shards, router, accounting, dead-letter sink

#include <optional>
#include <string>
#include <string_view>

#include "access/token_list.hpp"
#include "actors/agent.hpp"
#include "actors/http_server.hpp"
#include "client/query_lines.hpp"
#include "client/session_client.hpp"
#include "gateway/api.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"

namespace florin {

class GatewayAgent : public Agent {
 public:
  /// `instance` makes the ids of requests its own. Throws TransportError where the port is taken,
  /// or is for others than this machine and nobody has a token.
  GatewayAgent(zmq::context_t& context, const Config& config, const std::string& instance, Log& log);

  [[nodiscard]] std::string name() const override { return "gateway"; }
  void round(int timeout_ms) override;
  /// Takes no new request and waits for the answers of those it has.
  [[nodiscard]] bool drain_round(int timeout_ms) override;

 private:
  void work(int timeout_ms);
  void perform(GatewayEffects effects);
  void ask(const OutgoingQuestion& question);
  [[nodiscard]] std::string endpoint_of(const Owner& owner) const;

  [[nodiscard]] std::optional<Caller> find_caller(std::optional<std::string_view> token, TimeUs now);

  const Endpoints endpoints_;
  TokenList tokens_;
  const bool open_to_all_;  ///< while nobody has a token
  Api api_;
  SessionClient session_;
  QueryLines lines_;
  HttpServer server_;
  bool draining_ = false;
  bool has_asked_ = false;  ///< since the last wait: a send may have taken the word of a reply
};

}  // namespace florin
