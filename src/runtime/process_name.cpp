#include "runtime/process_name.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <optional>
#include <system_error>

namespace florin {

namespace {

constexpr std::string_view kDoor = ".status";

/// The number of a process, where the text is one.
std::optional<pid_t> process_number(std::string_view text) {
  pid_t pid = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, pid);
  return parsed.ec == std::errc() && parsed.ptr == end && pid > 0 ? std::optional(pid) : std::nullopt;
}

/// One that may not be signalled is alive, too.
bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0 || errno == EPERM;
}

/// Names of all processes that have a door in the directory. One that is not there has none.
std::vector<std::string> names_of_doors(const std::filesystem::path& run_dir) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto& file : std::filesystem::directory_iterator(run_dir, unreadable)) {
    std::string name = file.path().filename().string();
    if (name.ends_with(kDoor)) {
      name.resize(name.size() - kDoor.size());
      names.push_back(std::move(name));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

std::string process_name(std::string_view program, NameBy by) {
  return by == NameBy::host ? fmt::format("{}-{}", program, host_name())
                            : fmt::format("{}-{}", program, ::getpid());
}

std::string process_door(const std::filesystem::path& run_dir, std::string_view name) {
  return fmt::format("ipc://{}/{}{}", run_dir.string(), name, kDoor);
}

std::vector<std::string> processes_here(const std::filesystem::path& run_dir, std::string_view program) {
  const std::string start = fmt::format("{}-", program);
  const std::string host = host_name();
  std::vector<std::string> names;
  for (const std::string& name : names_of_doors(run_dir)) {
    if (!name.starts_with(start)) {
      continue;
    }
    const std::string_view by = std::string_view(name).substr(start.size());
    const auto pid = process_number(by);
    if (by == host || (pid && is_alive(*pid))) {
      names.push_back(name);
    }
  }
  return names;
}

void remove_dead_doors(const std::filesystem::path& run_dir) {
  for (const std::string& name : names_of_doors(run_dir)) {
    const auto pid = process_number(std::string_view(name).substr(name.find('-') + 1));
    if (pid && !is_alive(*pid)) {
      std::error_code gone;  // by another that starts
      std::filesystem::remove(run_dir / (name + std::string(kDoor)), gone);
    }
  }
}

}  // namespace florin
