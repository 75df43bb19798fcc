#include "base/invariant.hpp"

#include <cstdio>
#include <cstdlib>

namespace florin {

void invariant_failed(std::string_view must_hold, const char* file, int line) {
  std::fprintf(stderr, "florin: broken invariant at %s:%d: %.*s\n", file, line,
               static_cast<int>(must_hold.size()), must_hold.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace florin
