#include "tests/support/temp_dir.hpp"

#include <cstdlib>
#include <string>

#include "base/invariant.hpp"

namespace florin::test {

TempDir::TempDir() {
  std::string name = std::filesystem::temp_directory_path() / "florin-test-XXXXXX";
  invariant(::mkdtemp(name.data()) != nullptr, "a directory for a test can be made");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace florin::test
