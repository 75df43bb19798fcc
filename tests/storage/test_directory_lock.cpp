#include <unistd.h>

#include <string>

#include "storage/directory_lock.hpp"
#include "storage/fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

TEST_CASE("A directory is locked once and free again when the lock ends") {
  const TempDir directory;
  {
    const DirectoryLock lock(directory / "shard", "worker");
    CHECK_FALSE(DirectoryLock::try_lock(directory / "shard", "other").has_value());
  }
  CHECK(DirectoryLock::try_lock(directory / "shard", "other").has_value());
}

TEST_CASE("The refusal names the holder") {
  const TempDir directory;
  const DirectoryLock lock(directory.path(), "worker of shard 3");
  try {
    const DirectoryLock second(directory.path(), "tool");
    FAIL("a second lock was given");
  } catch (const StoreFault& fault) {
    const std::string text = fault.what();
    CHECK(fault.kind() == FaultKind::refused);
    CHECK(text.find("worker of shard 3 (process " + std::to_string(::getpid())) != std::string::npos);
  }
  CHECK(DirectoryLock::holder(directory.path()).find("worker of shard 3") == 0);
}

TEST_CASE("Another process cannot take the lock while it is held") {
  const TempDir directory;
  const auto try_it = [&] { return DirectoryLock::try_lock(directory.path(), "child").has_value() ? 1 : 0; };
  {
    const DirectoryLock lock(directory.path(), "parent");
    CHECK(run_in_child(try_it) == 0);
  }
  CHECK(run_in_child(try_it) == 1);
}

TEST_CASE("The kernel gives the lock back when its holder ends without a word") {
  const TempDir directory;
  CHECK(run_in_child([&] {
          const DirectoryLock lock(directory.path(), "child");
          std::_Exit(7);
          return 0;
        }) == 7);
  CHECK(DirectoryLock::holder(directory.path()).find("child (process ") == 0);
  CHECK(DirectoryLock::try_lock(directory.path(), "parent").has_value());
}

TEST_CASE("A lock that is moved is still held") {
  const TempDir directory;
  auto first = DirectoryLock::try_lock(directory.path(), "one");
  REQUIRE(first.has_value());
  const DirectoryLock moved(std::move(*first));
  first.reset();
  CHECK_FALSE(DirectoryLock::try_lock(directory.path(), "two").has_value());
}

TEST_CASE("A directory that nobody locked has no known holder") {
  const TempDir directory;
  CHECK(DirectoryLock::holder(directory.path()) == "nobody known");
}

}  // namespace
}  // namespace florin::test
