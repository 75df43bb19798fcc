#pragma once

/// What outlives a process: the synced part of each store, and how its commits go wrong.
///
/// A commit is durable as a whole when it returns, and not at all when it reports that there is no space.
/// After an unknown outcome the batch is there or not, and the store is closed until it is opened again.
/// Where the process is killed in a commit, the batch is there or not.

#include <cstdint>
#include <functional>
#include <string>

#include "storage/fault.hpp"
#include "tests/simulation/process.hpp"

namespace florin::sim {

/// How often stores fail; all zero once everything is healed.
struct DiskFaults {
  std::uint64_t unknown_per_mille = 0;
  std::uint64_t reopen_per_mille = 0;
};

class Disk {
 public:
  Disk(const Scheduler& scheduler, const DiskFaults& faults, Random random)
      : scheduler_(scheduler), faults_(faults), random_(random) {}

  void fill_for(std::int64_t us) { full_until_ = scheduler_.now().plus(us); }
  void heal() { full_until_ = TimeUs(); }

 private:
  friend class OpenDisk;

  const Scheduler& scheduler_;
  const DiskFaults& faults_;
  Random random_;
  TimeUs full_until_;
};

/// A process's handle to a disk. Gone with the process; what was not durable is gone with it.
class OpenDisk {
 public:
  OpenDisk(Disk& disk, Process& process, std::string name)
      : disk_(disk), process_(process), name_(std::move(name)) {}

  /// Calls `apply` where the batch becomes durable. Throws StoreFault, or Killed.
  void commit(const std::function<void()>& apply);
  void reopen();
  /// Throws while the store is closed.
  void check_open() const;

 private:
  Disk& disk_;
  Process& process_;
  const std::string name_;
  bool closed_ = false;
};

}  // namespace florin::sim
