#include "tests/simulation/process.hpp"

namespace florin::sim {

namespace {

/// How often time passes between two effects of one step, and how much.
constexpr std::uint64_t kPausePerMille = 40;
constexpr std::int64_t kPauseMinUs = 20;
constexpr std::int64_t kPauseMaxUs = 200'000;
/// How long a killed process stays away.
constexpr std::int64_t kDownMinUs = 1'000;
constexpr std::int64_t kDownMaxUs = 2'000'000;

}  // namespace

Actor::Actor(Process& process, std::string name) : process_(process), name_(std::move(name)) {}

TimeUs Actor::wall() const {
  return process_.wall();
}

void Actor::wake_after(std::int64_t delay_us) {
  const TimeUs due = process_.scheduler().now().plus(delay_us);
  if (!sleeping_ && wake_at_ <= due) {
    return;
  }
  sleeping_ = false;
  wake_at_ = due;
  process_.scheduler().at(due, [this, due, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) {
      run(due);
    }
  });
}

void Actor::run(TimeUs due) {
  if (sleeping_ || wake_at_ != due) {
    return;  // an earlier time was asked for in between
  }
  sleeping_ = true;
  Process& process = process_;
  if (process.frozen_until() > process.scheduler().now()) {
    wake_after(process.frozen_until().value() - process.scheduler().now().value());
    return;
  }
  try {
    if (carry_out()) {
      round();
      static_cast<void>(carry_out());
    }
  } catch (const Killed&) {
    process.kill();  // and this actor with it
  }
}

bool Actor::carry_out() {
  while (!effects_.empty()) {
    process_.effect();
    const auto effect = std::move(effects_.front());
    effects_.pop_front();
    effect();
    if (process_.random().chance(kPausePerMille)) {
      wake_after(process_.random().scaled(kPauseMinUs, kPauseMaxUs));
      return false;
    }
  }
  return true;
}

Process::Process(Scheduler& scheduler, Trace& trace, Random random, std::string name, Make make)
    : scheduler_(scheduler), trace_(trace), random_(random), name_(std::move(name)), make_(std::move(make)) {}

void Process::start() {
  if (alive()) {
    return;
  }
  ++life_;
  effects_left_ = 0;
  frozen_until_ = {};
  trace_.say(name_, "starts, life {}", life_);
  try {
    parts_ = make_(*this);
  } catch (const Killed&) {
    trace_.say(name_, "is killed while it starts");
    restart_after(random_.scaled(kDownMinUs, kDownMaxUs));
  }
}

void Process::kill() {
  if (alive()) {
    trace_.say(name_, "is killed");
    parts_.reset();
    restart_after(random_.scaled(kDownMinUs, kDownMaxUs));
  }
}

void Process::restart_after(std::int64_t delay_us) {
  scheduler_.after(delay_us, [this] { start(); });
}

void Process::freeze(std::int64_t for_us) {
  trace_.say(name_, "stands still for {} us", for_us);
  frozen_until_ = scheduler_.now().plus(for_us);
}

void Process::effect() {
  if (dies_in_effect()) {
    throw Killed{};
  }
}

bool Process::dies_in_effect() {
  return effects_left_ != 0 && --effects_left_ == 0;
}

}  // namespace florin::sim
