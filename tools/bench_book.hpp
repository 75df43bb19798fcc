#pragma once

/// What a benchmark was told of each of its commands, 16 bytes a command, and the comparison of it with what
/// the journals hold.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "protocol/message.hpp"
#include "tools/bench_workload.hpp"

namespace florin {

struct AuditReport {
  std::uint64_t entries = 0;        ///< of the run, found in the journals
  std::uint64_t differences = 0;    ///< between them and what was told
  std::vector<std::string> listed;  ///< the first of them

  void add(std::string difference);
};

class BenchBook {
 public:
  /// The next command's number, from 0. `sent_us` counts from the start of the run.
  std::uint64_t add(std::uint32_t sent_us);
  void take_answer(std::uint64_t number, const Answer& answer);

  [[nodiscard]] std::uint64_t size() const { return told_.size(); }
  [[nodiscard]] std::uint32_t sent_us(std::uint64_t number) const { return told_[number].sent_us; }

  /// An entry of the journal. One of another run is passed over.
  void audit(const Entry& entry, ShardIndex shard, const Workload& workload, AuditReport& report);
  /// Every entry has been shown: what is missing now is not in the journals.
  void finish_audit(const Workload& workload, AuditReport& report) const;

 private:
  enum State : std::uint8_t {
    unanswered,
    undecided,  ///< answered that nothing was decided
    decided,    ///< answered with an outcome
    found,      ///< which the journal holds
  };
  struct Told {
    std::uint32_t sent_us = 0;
    std::uint32_t outcome = 0;  ///< a hash of what was decided
    std::uint64_t sequence : 46 = 0;
    std::uint64_t shard : 16 = 0;
    std::uint64_t state : 2 = unanswered;
  };
  static_assert(sizeof(Told) == 16);

  std::deque<Told> told_;
};

}  // namespace florin
