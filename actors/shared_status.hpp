#pragma once

/// A status that one thread writes after each round and others read when somebody asks.

#include <mutex>

namespace florin {

template <class Status>
class SharedStatus {
 public:
  void set(Status status) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }
  [[nodiscard]] Status get() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;
  Status status_;
};

}  // namespace florin
