#include "storage/guarded_env.hpp"

#include <mutex>
#include <utility>

#include "storage/fault.hpp"

namespace florin::lmdb {

GuardedEnv::GuardedEnv(std::filesystem::path directory, const EnvOptions& options, Opened opened)
    : directory_(std::move(directory)), options_(options), opened_(std::move(opened)) {
  open();
}

void GuardedEnv::open() {
  env_.emplace(directory_, options_);
  try {
    opened_(*env_);
  } catch (...) {
    env_.reset();
    throw;
  }
}

GuardedEnv::Use GuardedEnv::use() {
  std::shared_lock guard(mutex_);
  if (!env_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store is closed after a fault");
  }
  return {std::move(guard), *env_};
}

void GuardedEnv::reopen() {
  const std::unique_lock whole(mutex_);
  env_.reset();
  open();
}

EnvUse GuardedEnv::space() {
  const std::shared_lock guard(mutex_);
  return env_ ? env_->use() : EnvUse{};
}

}  // namespace florin::lmdb
