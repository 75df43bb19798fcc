#include "actors/http_server.hpp"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <utility>

#include "actors/http_connection.hpp"
#include "transport/socket.hpp"

namespace florin {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// How often connections are looked at whose time may be up, and how long nobody is let in after an error.
constexpr std::chrono::milliseconds kTick{250};
/// Connections that are told that there are too many, at a time; beyond them they are closed without a word.
constexpr std::size_t kTurnedAwayMax = 100;

tcp::endpoint endpoint_of(const GatewaySettings& settings) {
  error_code error;
  const auto address = boost::asio::ip::make_address(settings.address, error);
  if (error) {
    throw TransportError(fmt::format("gateway.listen: `{}` is no IP address", settings.address));
  }
  return {address, settings.port};
}

}  // namespace

class HttpServer::Hidden {
  struct Watched {
    Watched(boost::asio::io_context& context, int given) : descriptor(context, given) {}

    boost::asio::posix::stream_descriptor descriptor;
    bool is_waiting = false;
  };

 public:
  Hidden(const GatewaySettings& settings, OnRequest on_request, OnUnreadable on_unreadable)
      : acceptor_(context_),
        ticks_(context_),
        server_{settings, std::move(on_request), std::move(on_unreadable),
                [this](const auto& connection) { return begin_exchange(connection); },
                [this](const HttpConnection* closed) { connections_.erase(closed); }} {
    listen(endpoint_of(settings));
    accept();
    tick();
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }
  [[nodiscard]] bool is_writing() const { return server_.writing > 0; }

  void watch(int descriptor) { watched_.emplace_back(context_, descriptor); }

  void run_for(std::chrono::microseconds timeout) {
    context_.restart();
    for (Watched& watched : watched_) {
      wait_at(watched);
    }
    if (timeout.count() <= 0 || context_.run_one_for(timeout) > 0) {
      context_.poll();
    }
  }

  void respond(ExchangeId exchange, const HttpResponse& response) {
    const auto found = exchanges_.find(exchange.value());
    if (found != exchanges_.end()) {
      const auto connection = found->second;
      exchanges_.erase(found);
      connection->respond(response);
    }
  }

  void close_door() {
    server_.closing = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : all()) {
      connection->close_if_idle();
    }
  }

  ~Hidden() {
    for (Watched& watched : watched_) {
      watched.descriptor.release();  // it is its owner's
    }
    for (const auto& connection : all()) {
      connection->close();
    }
    exchanges_.clear();
  }

 private:
  void listen(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
      acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
      acceptor_.bind(endpoint, error);
    }
    if (!error) {
      acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    }
    if (error) {
      throw TransportError(fmt::format(
          "the gateway cannot listen at {}:{}: {}. Choose another port with --http-listen {}:PORT or "
          "gateway.listen in the configuration, or none with --no-http",
          endpoint.address().to_string(), endpoint.port(), error.message(), endpoint.address().to_string()));
    }
  }

  void accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (server_.closing) {
        return;
      }
      if (error) {
        accepting_ = false;  // no descriptor is free, as a rule: the next tick tries again
        return;
      }
      take(std::move(socket));
      accept();
    });
    accepting_ = true;
  }

  void take(tcp::socket socket) {
    const std::size_t most = server_.settings.connections_max;
    if (connections_.size() >= most + kTurnedAwayMax) {
      return;
    }
    const auto connection = std::make_shared<HttpConnection>(std::move(socket), server_);
    connections_.emplace(connection.get(), connection);
    if (connections_.size() <= most) {
      connection->start();
    } else {
      connection->turn_away(server_.on_unreadable(
          Code::overloaded, fmt::format("there are {} connections, which is the most", most)));
    }
  }

  void tick() {
    ticks_.expires_after(kTick);
    ticks_.async_wait([this](const error_code& error) {
      if (error) {
        return;
      }
      const auto now = HttpConnection::Clock::now();
      for (const auto& connection : all()) {
        connection->on_tick(now);
      }
      if (!accepting_ && !server_.closing) {
        accept();
      }
      tick();
    });
  }

  /// Once a run: input stays where it is until its owner has read it, which is after the run.
  static void wait_at(Watched& watched) {
    if (watched.is_waiting) {
      return;
    }
    watched.is_waiting = true;
    watched.descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                  [&watched](const error_code& /*error*/) { watched.is_waiting = false; });
  }

  ExchangeId begin_exchange(const std::shared_ptr<HttpConnection>& connection) {
    exchanges_.emplace(next_exchange_, connection);
    return ExchangeId(next_exchange_++);
  }

  /// A copy, because what is done to one of them may take it out.
  [[nodiscard]] std::vector<std::shared_ptr<HttpConnection>> all() const {
    std::vector<std::shared_ptr<HttpConnection>> copy;
    copy.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) {
      copy.push_back(connection);
    }
    return copy;
  }

  boost::asio::io_context context_{1};
  tcp::acceptor acceptor_;
  boost::asio::steady_timer ticks_;
  std::list<Watched> watched_;
  HttpConnections server_;
  absl::flat_hash_map<const HttpConnection*, std::shared_ptr<HttpConnection>> connections_;
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<HttpConnection>> exchanges_;
  std::uint64_t next_exchange_ = 1;
  bool accepting_ = false;
};

HttpServer::HttpServer(const GatewaySettings& settings, OnRequest on_request, OnUnreadable on_unreadable)
    : hidden_(std::make_unique<Hidden>(settings, std::move(on_request), std::move(on_unreadable))) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return hidden_->port();
}
void HttpServer::watch(int descriptor) {
  hidden_->watch(descriptor);
}
void HttpServer::run_for(std::chrono::microseconds timeout) {
  hidden_->run_for(timeout);
}
void HttpServer::respond(ExchangeId exchange, HttpResponse response) {
  hidden_->respond(exchange, response);
}
void HttpServer::close_door() {
  hidden_->close_door();
}
std::size_t HttpServer::connections() const {
  return hidden_->connections();
}
bool HttpServer::is_writing() const {
  return hidden_->is_writing();
}

}  // namespace florin
