#pragma once

/// The table of routes: which function answers which method of which path, and what its caller must be
/// allowed. A new resource is a new row; nothing else in the gateway knows the paths.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/roles.hpp"
#include "gateway/step.hpp"

namespace florin {

struct Route {
  std::string_view method;
  std::string_view path;     ///< `{}` stands for one segment, which the function is given
  std::optional<Role> role;  ///< what its caller has to have; none: anybody may ask
  Step (*answer)(const Call& call);
};

/// All of them.
[[nodiscard]] std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;
  std::vector<std::string> names;
};
/// `not_found` where no route has the path; otherwise, where none has the method, what goes into Allow.
struct NoSuchMethod {
  std::string allow;
};
[[nodiscard]] std::variant<Match, NoSuchMethod, Problem> find_route(std::string_view method,
                                                                    const Target& target);

// The functions of the table, by the file they are in.
namespace route {

// command_routes.cpp
[[nodiscard]] Step open_wallet(const Call& call);
[[nodiscard]] Step deposit(const Call& call);
[[nodiscard]] Step withdraw(const Call& call);
[[nodiscard]] Step payment(const Call& call);
[[nodiscard]] Step freeze(const Call& call);
[[nodiscard]] Step unfreeze(const Call& call);
[[nodiscard]] Step close(const Call& call);
[[nodiscard]] Step set_limits(const Call& call);

// wallet_routes.cpp
[[nodiscard]] Step list_wallets(const Call& call);
[[nodiscard]] Step show_wallet(const Call& call);
[[nodiscard]] Step show_balance(const Call& call);

// transaction_routes.cpp
[[nodiscard]] Step list_transactions(const Call& call);
[[nodiscard]] Step show_transaction(const Call& call);

// cluster_routes.cpp
[[nodiscard]] Step show_status(const Call& call);
[[nodiscard]] Step list_shards(const Call& call);
[[nodiscard]] Step list_workers(const Call& call);
[[nodiscard]] Step livez(const Call& call);
[[nodiscard]] Step readyz(const Call& call);

// latest_routes.cpp
[[nodiscard]] Step list_latest(const Call& call);

// letter_routes.cpp
[[nodiscard]] Step list_letters(const Call& call);
[[nodiscard]] Step show_letter(const Call& call);

// metrics_route.cpp
[[nodiscard]] Step metrics(const Call& call);

// page_routes.cpp
[[nodiscard]] Step web_file(const Call& call);

// version_route.cpp
[[nodiscard]] Step version(const Call& call);

}  // namespace route

}  // namespace florin
