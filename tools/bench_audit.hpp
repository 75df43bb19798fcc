#pragma once

/// The audit behind a benchmark: the journals are read from where they stood before it, and each entry is
/// held against what was told.

#include "tools/bench_book.hpp"
#include "tools/consumer_positions.hpp"

namespace florin {

/// Throws StoreFault where a journal cannot be read, or is no chain.
[[nodiscard]] AuditReport audit_journals(StoreAccess& access, const Positions& before, BenchBook& book,
                                         const Workload& workload);

}  // namespace florin
