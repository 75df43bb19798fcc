#include "tools/operator_name.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace florin {

namespace {

std::string login_name() {
  constexpr std::size_t kRowBytes = 4096;
  std::array<char, kRowBytes> row{};
  passwd user{};
  passwd* found = nullptr;
  const bool known = ::getpwuid_r(::getuid(), &user, row.data(), row.size(), &found) == 0 && found != nullptr;
  return known ? std::string(user.pw_name) : "uid-" + std::to_string(::getuid());
}

}  // namespace

Result<OperatorName> operator_name(const std::string& given) {
  const std::string name = given.empty() ? login_name() : given;
  if (!is_label(name)) {
    return problem(Code::malformed, "--by must be 1 to 64 bytes of printable UTF-8");
  }
  return OperatorName(name);
}

}  // namespace florin
