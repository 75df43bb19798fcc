#include "gateway/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace florin {

namespace {

constexpr std::array kRoutes{
    Route{"GET", "/v1/wallets", Role::read, route::list_wallets},
    Route{"POST", "/v1/wallets", Role::operate, route::open_wallet},
    Route{"GET", "/v1/wallets/{}", Role::read, route::show_wallet},
    Route{"GET", "/v1/wallets/{}/balance", Role::read, route::show_balance},
    Route{"GET", "/v1/wallets/{}/transactions", Role::read, route::list_transactions},
    Route{"GET", "/v1/wallets/{}/transactions/{}", Role::read, route::show_transaction},
    Route{"POST", "/v1/wallets/{}/deposits", Role::submit, route::deposit},
    Route{"POST", "/v1/wallets/{}/withdrawals", Role::submit, route::withdraw},
    Route{"POST", "/v1/wallets/{}/payments", Role::submit, route::payment},
    Route{"POST", "/v1/wallets/{}/freeze", Role::operate, route::freeze},
    Route{"POST", "/v1/wallets/{}/unfreeze", Role::operate, route::unfreeze},
    Route{"POST", "/v1/wallets/{}/close", Role::operate, route::close},
    Route{"POST", "/v1/wallets/{}/limits", Role::operate, route::set_limits},
    Route{"GET", "/v1/transactions", Role::read, route::list_latest},
    Route{"GET", "/v1/dead-letters", Role::read, route::list_letters},
    Route{"GET", "/v1/dead-letters/{}", Role::read, route::show_letter},
    Route{"GET", "/v1/status", Role::read, route::show_status},
    Route{"GET", "/v1/shards", Role::read, route::list_shards},
    Route{"GET", "/v1/workers", Role::read, route::list_workers},
    Route{"GET", "/livez", std::nullopt, route::livez},
    Route{"GET", "/readyz", std::nullopt, route::readyz},
    Route{"GET", "/version", std::nullopt, route::version},
    Route{"GET", "/metrics", Role::read, route::metrics},
    Route{"GET", "/", std::nullopt, route::web_file},
    Route{"GET", "/docs", std::nullopt, route::web_file},
    Route{"GET", "/openapi.json", std::nullopt, route::web_file},
    Route{"GET", "/assets/{}", std::nullopt, route::web_file},
};

/// What stands where the pattern has `{}`; nothing where the path is another.
std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              const std::vector<std::string>& path) {
  std::vector<std::string> names;
  std::size_t at = 0;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view segment = pattern.substr(0, end);
    if (at == path.size() || (segment != "{}" && segment != path[at])) {
      return std::nullopt;
    }
    if (segment == "{}") {
      names.push_back(path[at]);
    }
    ++at;
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
  }
  return at == path.size() ? std::optional(names) : std::nullopt;
}

/// HEAD is GET without the body, which the server leaves out.
bool is_method(const Route& row, std::string_view method) {
  return row.method == method || (row.method == "GET" && method == "HEAD");
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

std::variant<Match, NoSuchMethod, Problem> find_route(std::string_view method, const Target& target) {
  std::string allow;
  for (const Route& row : kRoutes) {
    auto names = match(row.path, target.path);
    if (!names) {
      continue;
    }
    if (is_method(row, method)) {
      return Match{&row, std::move(*names)};
    }
    allow += fmt::format("{}{}", allow.empty() ? "" : ", ", row.method == "GET" ? "GET, HEAD" : row.method);
  }
  if (!allow.empty()) {
    return NoSuchMethod{allow};
  }
  std::string path;
  for (const std::string& segment : target.path) {
    path.append("/").append(segment);
  }
  constexpr std::size_t kShownMax = 200;
  return Problem{Code::not_found,
                 fmt::format("there is nothing at {}", path.empty() ? "/" : path.substr(0, kShownMax))};
}

}  // namespace florin
