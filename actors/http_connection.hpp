#pragma once

/// One connection of the HTTP server: reads a request, waits for its answer, writes it, reads the next.
///
///            bytes                  whole request            answer            written, kept
///     idle ────────> reading ─────────────────────> asking ────────> writing ────────────────> idle
///                       │ unreadable, too much, too slow                │ written, not kept
///                       └──────────────────> writing ──────────────> lingering ──> closed
///
/// A connection that is not kept takes what still comes for a moment before it is closed: a reset would
/// destroy an answer that the client has not read yet. Included by http_server.cpp and http_connection.cpp
/// alone.

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/http_server.hpp"

namespace florin {

class HttpConnection;

/// What a connection needs of its server.
struct HttpConnections {
  const GatewaySettings settings;
  HttpServer::OnRequest on_request;
  HttpServer::OnUnreadable on_unreadable;
  /// Names the exchange that begins, so that its answer finds the connection.
  std::function<ExchangeId(const std::shared_ptr<HttpConnection>&)> begin_exchange;
  std::function<void(const HttpConnection*)> on_closed;
  bool closing = false;     ///< the request under way is the last
  std::size_t writing = 0;  ///< answers that are not written to their end
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Clock = std::chrono::steady_clock;

  HttpConnection(boost::asio::ip::tcp::socket socket, HttpConnections& server);

  void start();
  /// Answers at once and closes: there are too many.
  void turn_away(const HttpResponse& response);
  void respond(const HttpResponse& response);
  /// Looks whether its time is up.
  void on_tick(Clock::time_point now);
  /// Ends it where nothing is under way.
  void close_if_idle();
  void close();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class State : std::uint8_t { idle, reading, asking, writing, lingering, closed };

  void enter(State state, std::uint32_t time_ms);
  void read_request();
  void read_more();
  void on_bytes(std::size_t bytes);
  void parse();
  void hand_over();
  void say_continue();
  void refuse(Code code, std::string detail);
  void refuse_unreadable(const boost::system::error_code& error);
  void write(std::string bytes);
  void on_written(bool ok);
  void linger();

  boost::asio::ip::tcp::socket socket_;
  HttpConnections& server_;
  State state_ = State::idle;
  Clock::time_point deadline_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::vector<HttpHeader> headers_;  ///< its memory is used again
  std::string out_;
  std::size_t lingered_bytes_ = 0;
  bool is_reading_ = false;  ///< a read is under way
  bool said_continue_ = false;
  bool keep_alive_ = false;
  bool is_head_ = false;
};

}  // namespace florin
