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

/// Wall-clock time.
using Clock = std::function<TimeUs()>;

[[nodiscard]] QueryHandler shard_queries(ShardStore& store, StatusSource status);
[[nodiscard]] QueryHandler accounting_queries(const AccountingStore& store, StatusSource status);
/// Takes HANDLE too (protocol/handling.hpp). `clock` tells when something was handled.
[[nodiscard]] QueryHandler dead_letter_queries(DeadLetterStore& store, StatusSource status, Clock clock);
[[nodiscard]] QueryHandler router_queries(const RefusedLog& log, const InboxIndex& inbox,
                                          StatusSource status);
/// A worker has no store of its own: it tells how it is.
[[nodiscard]] QueryHandler worker_queries(StatusSource status);

}  // namespace florin
