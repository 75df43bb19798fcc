#pragma once

/// Processes that can be killed between any two things they do, and their threads.
///
/// A thread is an Actor: it has rounds, each at one moment of virtual time. What a round wants done is a
/// queue of effects, carried out one by one; time may pass between two of them, and the process may die
/// between any two. It can be frozen, too: then time passes, and it does nothing.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/scheduler.hpp"
#include "tests/simulation/trace.hpp"

namespace florin::sim {

/// Thrown through the code of a process that dies in the middle of it.
struct Killed {};

class Process;

class Actor {
 public:
  Actor(Process& process, std::string name);
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Process& process() { return process_; }
  /// A round comes no later than this. Inputs call it, and rounds for themselves.
  void wake_after(std::int64_t delay_us);

 protected:
  /// May throw Killed. Effects of the round before are done.
  virtual void round() = 0;
  void then(std::function<void()> effect) { effects_.push_back(std::move(effect)); }
  [[nodiscard]] TimeUs wall() const;

 private:
  void run(TimeUs due);
  /// Whether all is done; if not, the next effect waits for its time.
  [[nodiscard]] bool carry_out();

  Process& process_;
  const std::string name_;
  std::deque<std::function<void()>> effects_;
  TimeUs wake_at_;
  bool sleeping_ = true;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

/// What a process is made of while it lives.
class Parts {
 public:
  virtual ~Parts() = default;
  /// Asked to end in good order, where that is more than being killed.
  virtual void leave() {}
};

class Process {
 public:
  using Make = std::function<std::unique_ptr<Parts>(Process&)>;

  Process(Scheduler& scheduler, Trace& trace, Random random, std::string name, Make make);

  void start();
  void kill();
  /// Dies at its n-th effect from now; 1 is the next.
  void kill_at_effect(unsigned n) { effects_left_ = n; }
  void restart_after(std::int64_t delay_us);
  /// As SIGSTOP and, later, SIGCONT: it keeps all that it has.
  void freeze(std::int64_t for_us);
  [[nodiscard]] TimeUs frozen_until() const { return frozen_until_; }

  /// Called before each effect: throws Killed where the process is to die there.
  void effect();
  /// The same for an effect that can be cut in two: says whether the process dies in it. Whoever asks throws.
  [[nodiscard]] bool dies_in_effect();

  [[nodiscard]] bool alive() const { return parts_ != nullptr; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] unsigned life() const { return life_; }
  [[nodiscard]] Parts* parts() { return parts_.get(); }

  [[nodiscard]] TimeUs wall() const { return scheduler_.now().plus(clock_offset_us_); }
  void step_clock(std::int64_t by_us) { clock_offset_us_ += by_us; }

  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] Trace& trace() { return trace_; }
  [[nodiscard]] Random& random() { return random_; }

 private:
  Scheduler& scheduler_;
  Trace& trace_;
  Random random_;
  const std::string name_;
  const Make make_;
  std::unique_ptr<Parts> parts_;
  unsigned life_ = 0;
  unsigned effects_left_ = 0;
  std::int64_t clock_offset_us_ = 0;
  TimeUs frozen_until_;
};

}  // namespace florin::sim
