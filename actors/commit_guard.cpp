#include "actors/commit_guard.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace florin {

namespace {

/// The pulse shows that the thread is with the disk as long as this lives.
class Committing {
 public:
  explicit Committing(ShardPulse& pulse) : pulse_(pulse) { pulse_.is_committing = true; }
  ~Committing() { pulse_.is_committing = false; }
  Committing(const Committing&) = delete;
  Committing& operator=(const Committing&) = delete;

 private:
  ShardPulse& pulse_;
};

class GuardedStore : public ShardStore {
 public:
  GuardedStore(std::unique_ptr<ShardStore> store, Lease& lease, ShardPulse& pulse, EndProcess end)
      : store_(std::move(store)), lease_(lease), pulse_(pulse), end_(std::move(end)) {}

  std::unique_ptr<ShardSnapshot> snapshot() override { return store_->snapshot(); }
  void commit(const Commit& commit) override {
    const Committing committing(pulse_);
    check_lease();
    store_->commit(commit);
  }
  void reopen() override {
    const Committing committing(pulse_);
    store_->reopen();
  }
  void finish() override {
    const Committing committing(pulse_);
    check_lease();
    store_->finish();
  }

 private:
  void check_lease() {
    if (!lease_.holds()) {
      end_("it was stopped for longer than its lease");
    }
  }

  std::unique_ptr<ShardStore> store_;
  Lease& lease_;
  ShardPulse& pulse_;
  EndProcess end_;
};

}  // namespace

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

bool Lease::holds() {
  if (steady_ms() - renewed_ms_.load() > lease_ms_) {
    lost_ = true;
  }
  return !lost_;
}

bool Lease::renew() {
  const bool still_holds = holds();
  renewed_ms_ = steady_ms();
  return still_holds;
}

bool HangWatch::hangs(std::uint64_t rounds, bool is_committing, std::int64_t now_ms) {
  constexpr std::int64_t kStepMaxMs = 1000;
  const bool moved = rounds != rounds_ || is_committing != is_committing_ || asked_ms_ == 0;
  still_ms_ = moved ? 0 : still_ms_ + std::min(now_ms - asked_ms_, kStepMaxMs);
  rounds_ = rounds;
  is_committing_ = is_committing;
  asked_ms_ = now_ms;
  return still_ms_ > (is_committing ? commit_hang_timeout_ms_ : hang_timeout_ms_);
}

std::unique_ptr<ShardStore> guard_commits(std::unique_ptr<ShardStore> store, Lease& lease, ShardPulse& pulse,
                                          EndProcess end) {
  return std::make_unique<GuardedStore>(std::move(store), lease, pulse, std::move(end));
}

}  // namespace florin
