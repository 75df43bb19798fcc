#include "tests/simulation/disk.hpp"

namespace florin::sim {

namespace {

constexpr std::uint64_t kKeptPerMille = 500;

}  // namespace

void OpenDisk::check_open() const {
  if (closed_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store is closed after a fault");
  }
}

void OpenDisk::commit(const std::function<void()>& apply) {
  check_open();
  Random& random = disk_.random_;
  const bool dies = process_.dies_in_effect();
  if (disk_.scheduler_.now() < disk_.full_until_ && !dies) {
    process_.trace().say(process_.name(), "{}: commit fails, no space", name_);
    throw StoreFault(FaultKind::no_space, "no space left on the device");
  }
  const bool fails = random.chance(disk_.faults_.unknown_per_mille);
  if (!dies && !fails) {
    apply();
    return;
  }
  const bool kept = random.chance(kKeptPerMille);
  process_.trace().say(process_.name(), "{}: commit {}, the batch is {}", name_,
                       dies ? "is cut off by a kill" : "fails with an unknown outcome",
                       kept ? "kept" : "lost");
  if (kept) {
    apply();
  }
  if (dies) {
    throw Killed{};
  }
  closed_ = true;
  throw StoreFault(FaultKind::unknown_outcome, "input/output error in a sync");
}

void OpenDisk::reopen() {
  process_.effect();
  if (disk_.random_.chance(disk_.faults_.reopen_per_mille)) {
    closed_ = true;
    process_.trace().say(process_.name(), "{}: opening again fails", name_);
    throw StoreFault(FaultKind::unknown_outcome, "input/output error while opening");
  }
  closed_ = false;
}

}  // namespace florin::sim
