// What processes call themselves, and the doors by which they are found.

#include <unistd.h>

#include <fstream>

#include "runtime/process_name.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

/// Above any number that Linux gives a process.
constexpr const char* kDeadWorker = "worker-999999999";

void leave_door(const std::filesystem::path& directory, const std::string& name) {
  std::ofstream(process_door(directory, name).substr(std::string_view("ipc://").size())) << "";
}

TEST_CASE("A process is named by its number, or by its host") {
  CHECK(process_name("worker", NameBy::process) == "worker-" + std::to_string(::getpid()));
  CHECK(process_name("worker", NameBy::host) == "worker-" + host_name());
  CHECK_FALSE(host_name().empty());
}

TEST_CASE("Only the workers of this host that are alive are found by their doors") {
  const TempDir directory;
  const std::string by_process = process_name("worker", NameBy::process);
  const std::string by_host = process_name("worker", NameBy::host);
  for (const std::string& name :
       {by_process, by_host, std::string(kDeadWorker), std::string("worker-of-another-host"),
        process_name("router", NameBy::process)}) {
    leave_door(directory.path(), name);
  }
  const std::vector<std::string> found = processes_here(directory.path(), "worker");
  CHECK(found.size() == 2);
  CHECK(std::count(found.begin(), found.end(), by_process) == 1);
  CHECK(std::count(found.begin(), found.end(), by_host) == 1);
}

TEST_CASE("No worker is found where there is no directory") {
  const TempDir directory;
  CHECK(processes_here(directory / "none", "worker").empty());
}

TEST_CASE("Doors of dead processes are removed, and no others") {
  const TempDir directory;
  const std::string alive = process_name("worker", NameBy::process);
  for (const std::string& name : {alive, std::string(kDeadWorker), std::string("worker-of-another-host")}) {
    leave_door(directory.path(), name);
  }
  std::ofstream(directory / "shard.query.000") << "";
  remove_dead_doors(directory.path());
  CHECK(std::filesystem::exists(directory / (alive + ".status")));
  CHECK(std::filesystem::exists(directory / "worker-of-another-host.status"));
  CHECK(std::filesystem::exists(directory / "shard.query.000"));
  CHECK_FALSE(std::filesystem::exists(directory / (std::string(kDeadWorker) + ".status")));
}

}  // namespace
}  // namespace florin::test
