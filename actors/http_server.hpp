#pragma once

/// HTTP/1.1 over TCP: takes connections, reads requests within their limits and times, and writes the
/// answers. Knows nothing of what they are about. One thread drives it; nothing here blocks but run_for().
///
///     HttpServer server(settings, on_request, on_unreadable);
///     server.watch(descriptor);                       // its input ends run_for() early
///     for (;;) { server.run_for(50ms); ... server.respond(exchange, response); }
///
/// Each connection has one request at a time; what a client sends ahead waits in the kernel. An answer to an
/// exchange whose client has gone is dropped.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/http.hpp"
#include "ledger/codes.hpp"
#include "runtime/gateway_settings.hpp"

namespace florin {

class HttpServer {
 public:
  /// The request lives as long as the call, in which it may be answered already.
  using OnRequest = std::function<void(ExchangeId, const HttpRequest&)>;
  /// What to say to bytes that are no request, or too many or too slow.
  using OnUnreadable = std::function<HttpResponse(Code, std::string detail)>;

  /// Takes the port. Throws TransportError, naming it and how to choose another.
  HttpServer(const GatewaySettings& settings, OnRequest on_request, OnUnreadable on_unreadable);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port it has, where any free one was asked for.
  [[nodiscard]] std::uint16_t port() const;
  /// Input at this descriptor ends run_for(). The descriptor stays its owner's.
  void watch(int descriptor);
  /// Does what there is to do, and waits for the first of it no longer than `timeout`.
  void run_for(std::chrono::microseconds timeout);
  void respond(ExchangeId exchange, HttpResponse response);
  /// Takes no more connections and no further request of those that are there.
  void close_door();
  [[nodiscard]] std::size_t connections() const;
  /// Whether an answer is not written to its end.
  [[nodiscard]] bool is_writing() const;

 private:
  class Hidden;
  std::unique_ptr<Hidden> hidden_;
};

}  // namespace florin
