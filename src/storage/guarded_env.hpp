#pragma once

/// An environment that can be closed and opened again, after a fault, while other threads read it.

#include <filesystem>
#include <functional>
#include <optional>
#include <shared_mutex>

#include "storage/fault.hpp"
#include "storage/lmdb.hpp"

namespace florin::lmdb {

class GuardedEnv {
 public:
  /// Opens the tables and checks what is in them. Called at each opening, before anybody else can use it.
  using Opened = std::function<void(Env&)>;

  GuardedEnv(std::filesystem::path directory, const EnvOptions& options, Opened opened);

  /// Keeps the environment open as long as it lives; transactions must end before it.
  class Use {
   public:
    [[nodiscard]] Env& operator*() const { return *env_; }

   private:
    friend class GuardedEnv;
    Use(std::shared_lock<std::shared_mutex> guard, Env& env) : guard_(std::move(guard)), env_(&env) {}

    std::shared_lock<std::shared_mutex> guard_;
    Env* env_;
  };
  /// To be held by a name before a table's handle is read: opening writes the handles. Throws StoreFault
  /// (unknown_outcome) while it is closed.
  [[nodiscard]] Use use();

  /// Waits for all uses to end, closes, and opens again. It stays closed where that fails. Must not be called
  /// by a thread that uses it.
  void reopen();

  /// The same fault, told together with the room that is left: what an operator looks for first.
  [[nodiscard]] StoreFault with_room(const StoreFault& fault) const;

  /// All zero while it is closed.
  [[nodiscard]] EnvUse space();

 private:
  void open();

  const std::filesystem::path directory_;
  const EnvOptions options_;
  const Opened opened_;
  std::shared_mutex mutex_;
  std::optional<Env> env_;
};

}  // namespace florin::lmdb
