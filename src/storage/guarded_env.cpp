#include "storage/guarded_env.hpp"

#include <fmt/format.h>

#include <mutex>
#include <system_error>
#include <utility>

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

StoreFault GuardedEnv::with_room(const StoreFault& fault) const {
  std::error_code failed;
  const auto disk = std::filesystem::space(directory_, failed);
  return {fault.kind(), fmt::format("{} in {}, where {} MiB are free", fault.what(), directory_.string(),
                                    failed ? 0 : disk.available >> 20U)};
}

EnvUse GuardedEnv::space() {
  const std::shared_lock guard(mutex_);
  return env_ ? env_->use() : EnvUse{};
}

}  // namespace florin::lmdb
