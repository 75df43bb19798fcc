#include "actors/http_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

namespace florin {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 8192;
constexpr std::uint32_t kLingerMs = 1000;
constexpr std::size_t kLingerBytesMax = std::size_t{1} << 20U;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view plain(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

HttpConnection::HttpConnection(boost::asio::ip::tcp::socket socket, HttpConnections& server)
    : socket_(std::move(socket)), server_(server) {}

void HttpConnection::start() {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  read_request();
}

void HttpConnection::turn_away(const HttpResponse& response) {
  keep_alive_ = false;
  write(wire_bytes(response, Connection::close, false));
}

void HttpConnection::enter(State state, std::uint32_t time_ms) {
  state_ = state;
  deadline_ = Clock::now() + std::chrono::milliseconds(time_ms);
}

void HttpConnection::read_request() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(server_.settings.header_bytes_max));
  parser_->body_limit(server_.settings.body_bytes_max);
  said_continue_ = false;
  if (buffer_.size() == 0) {
    enter(State::idle, server_.settings.idle_timeout_ms);
    read_more();
  } else {  // the client has sent ahead
    enter(State::reading, server_.settings.request_timeout_ms);
    parse();
  }
}

void HttpConnection::read_more() {
  is_reading_ = true;
  socket_.async_read_some(buffer_.prepare(kReadBytes),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            self->is_reading_ = false;
                            if (error) {
                              self->close();
                            } else {
                              self->on_bytes(bytes);
                            }
                          });
}

void HttpConnection::on_bytes(std::size_t bytes) {
  if (state_ == State::lingering) {
    lingered_bytes_ += bytes;
    return lingered_bytes_ > kLingerBytesMax ? close() : read_more();
  }
  buffer_.commit(bytes);
  if (state_ == State::idle) {
    enter(State::reading, server_.settings.request_timeout_ms);
  }
  if (state_ == State::reading) {  // and not refused meanwhile, for being slow
    parse();
  }
}

void HttpConnection::parse() {
  while (!parser_->is_done()) {
    error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error && error != http::error::need_more) {
      return refuse_unreadable(error);
    }
    if (parser_->is_done()) {
      break;
    }
    if (used == 0 || buffer_.size() == 0) {
      if (parser_->is_header_done() && !said_continue_ &&
          equals_ignoring_case(plain(parser_->get()[http::field::expect]), "100-continue")) {
        return say_continue();
      }
      return read_more();
    }
  }
  hand_over();
}

void HttpConnection::hand_over() {
  const auto& message = parser_->get();
  HttpRequest request{plain(message.method_string()), plain(message.target()), std::move(headers_),
                      message.body()};
  request.headers.clear();
  for (const auto& field : message) {
    request.headers.push_back({plain(field.name_string()), plain(field.value())});
  }
  keep_alive_ = message.keep_alive() && !server_.closing;
  is_head_ = message.method() == http::verb::head;
  state_ = State::asking;
  server_.on_request(server_.begin_exchange(shared_from_this()), request);
  headers_ = std::move(request.headers);
}

/// The client waits for it before it sends the body; what is too large was refused by its length already.
void HttpConnection::say_continue() {
  said_continue_ = true;
  boost::asio::async_write(socket_, boost::asio::buffer(kContinue.data(), kContinue.size()),
                           [self = shared_from_this()](const error_code& error, std::size_t /*bytes*/) {
                             if (error) {
                               self->close();
                             } else if (self->state_ == State::reading) {
                               self->read_more();
                             }
                           });
}

void HttpConnection::refuse(Code code, std::string detail) {
  keep_alive_ = false;
  is_head_ = false;
  write(wire_bytes(server_.on_unreadable(code, std::move(detail)), Connection::close, false));
}

void HttpConnection::refuse_unreadable(const error_code& error) {
  if (error == http::error::header_limit) {
    return refuse(Code::header_too_large,
                  fmt::format("the head takes more than {} bytes", server_.settings.header_bytes_max));
  }
  if (error == http::error::body_limit) {
    return refuse(Code::message_too_large,
                  fmt::format("the body takes more than {} bytes", server_.settings.body_bytes_max));
  }
  refuse(Code::invalid_parameter, fmt::format("this is no HTTP/1.1 request: {}", error.message()));
}

void HttpConnection::respond(const HttpResponse& response) {
  if (state_ != State::asking) {
    return;  // it has gone
  }
  keep_alive_ = keep_alive_ && !server_.closing;
  write(wire_bytes(response, keep_alive_ ? Connection::keep_alive : Connection::close, is_head_));
}

void HttpConnection::write(std::string bytes) {
  enter(State::writing, server_.settings.request_timeout_ms);
  out_ = std::move(bytes);
  ++server_.writing;
  boost::asio::async_write(socket_, boost::asio::buffer(out_),
                           [self = shared_from_this()](const error_code& error, std::size_t /*bytes*/) {
                             self->on_written(!error);
                           });
}

void HttpConnection::on_written(bool ok) {
  --server_.writing;
  if (!ok || state_ != State::writing) {
    close();
  } else if (keep_alive_) {
    read_request();
  } else {
    linger();
  }
}

void HttpConnection::linger() {
  error_code ignored;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  enter(State::lingering, kLingerMs);
  if (!is_reading_) {
    read_more();
  }
}

void HttpConnection::on_tick(Clock::time_point now) {
  if (state_ == State::asking || state_ == State::closed || now < deadline_) {
    return;  // who asks is answered within the times of the logic
  }
  if (state_ == State::reading) {
    // The read that is under way goes on: what it brings is passed over.
    return refuse(Code::request_timeout, fmt::format("the request did not arrive within {} ms",
                                                     server_.settings.request_timeout_ms));
  }
  close();
}

void HttpConnection::close_if_idle() {
  if (state_ == State::idle) {
    close();
  }
}

void HttpConnection::close() {
  if (state_ == State::closed) {
    return;
  }
  state_ = State::closed;
  error_code ignored;
  socket_.close(ignored);
  server_.on_closed(this);
}

}  // namespace florin
