#pragma once

/// Takes what is written to standard error while it lives.

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/invariant.hpp"

namespace florin::test {

class StderrCapture {
 public:
  StderrCapture() : file_(std::tmpfile()), saved_(::dup(STDERR_FILENO)) {
    invariant(file_ != nullptr && saved_ >= 0, "a test can capture its standard error");
    std::fflush(stderr);
    ::dup2(::fileno(file_), STDERR_FILENO);
  }
  ~StderrCapture() {
    std::fflush(stderr);
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    std::fclose(file_);
  }
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;

  /// The lines written since the last call, without their ends.
  [[nodiscard]] std::vector<std::string> take_lines() {
    std::fflush(stderr);
    std::vector<std::string> lines(1);
    for (char c = 0; ::pread(::fileno(file_), &c, 1, read_) == 1; ++read_) {
      if (c == '\n') {
        lines.emplace_back();
      } else {
        lines.back().push_back(c);
      }
    }
    invariant(lines.back().empty(), "a log writes whole lines");
    lines.pop_back();
    return lines;
  }

 private:
  std::FILE* file_;
  int saved_;
  off_t read_ = 0;
};

}  // namespace florin::test
