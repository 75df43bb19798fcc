#include "tools/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace florin {

namespace {

constexpr std::uint64_t kStep = 10'000;

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (is_terminal_ && shown_) {
    std::fputs("\r\x1b[K", stderr);
  }
}

void ProgressLine::show(std::uint64_t count) {
  const bool is_close = shown_ && count >= *shown_ && count < *shown_ + kStep;
  if (!is_terminal_ || is_close) {
    return;
  }
  std::fprintf(stderr, "\r\x1b[K%llu %s", static_cast<unsigned long long>(count), what_.c_str());
  shown_ = count;
}

}  // namespace florin
