#pragma once

/// Runs something in a process of its own, for limits and locks that are a process's.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/invariant.hpp"

namespace florin::test {

/// The exit code of the child. `body` returns it, and must not use Catch2: what it checks it says by its
/// code.
template <class Body>
int run_in_child(Body body) {
  const pid_t child = ::fork();
  invariant(child >= 0, "a test can fork");
  if (child == 0) {
    int code = 125;
    try {
      code = body();
    } catch (...) {
      code = 124;
    }
    std::_Exit(code);
  }
  int status = 0;
  invariant(::waitpid(child, &status, 0) == child, "a child can be waited for");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace florin::test
