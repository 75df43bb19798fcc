#pragma once

/// Answers to queries, for each kind of owner. The same handler serves the socket of a running owner and the
/// tools that have opened a stopped store under its lock.

#include <functional>
#include <string>
#include <string_view>

#include "logic/inbox_index.hpp"
#include "protocol/query.hpp"
#include "storage/consumer_stores.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// Takes a QUERY, gives a REPLY; never throws for what a caller can ask.
using QueryHandler = std::function<std::string(std::string_view)>;

/// A packed map of what an operator wants to know.
using StatusSource = std::function<std::string()>;

[[nodiscard]] QueryHandler shard_queries(ShardStore& store, StatusSource status);
[[nodiscard]] QueryHandler accounting_queries(const AccountingStore& store, StatusSource status);
[[nodiscard]] QueryHandler dead_letter_queries(const DeadLetterStore& store, StatusSource status);
[[nodiscard]] QueryHandler router_queries(const RefusedLog& log, const InboxIndex& inbox,
                                          StatusSource status);
/// A worker has no store of its own: it tells how it is.
[[nodiscard]] QueryHandler worker_queries(StatusSource status);

}  // namespace florin
