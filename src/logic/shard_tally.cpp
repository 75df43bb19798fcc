#include "logic/shard_tally.hpp"

#include <algorithm>

namespace florin {

void ShardTally::add(const std::vector<Entry>& entries) {
  outcomes.resize(kinds().size());
  for (const Entry& entry : entries) {
    ++outcomes.at(static_cast<std::size_t>(entry.command.kind) - 1)
          .at(static_cast<std::size_t>(entry.outcome));
    if (entry.reason != Code::none) {
      ++reasons[entry.reason];
    }
    const std::int64_t waited = entry.decided.value() - entry.provenance.queued.value();
    waited_us.add(static_cast<std::uint64_t>(std::max<std::int64_t>(waited, 0)));
  }
  batch_entries.add(entries.size());
}

}  // namespace florin
