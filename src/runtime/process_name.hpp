#pragma once

/// What a process calls itself in its log, in its status and to the router, and the door at which a process
/// is asked that may have no store: a worker.
///
/// On one machine the number of the process tells processes apart. In containers those numbers are the same
/// everywhere, and it is the name of the host that does: `docker ps` shows it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace florin {

enum class NameBy : std::uint8_t { process, host };

[[nodiscard]] std::string host_name();

/// worker-4711, or worker-3f2a1b2c9d0e.
[[nodiscard]] std::string process_name(std::string_view program, NameBy by);

/// The endpoint of the door of the process that calls itself `name`.
[[nodiscard]] std::string process_door(const std::filesystem::path& run_dir, std::string_view name);

/// Names of the processes of `program` that live where the caller does and have a door in `run_dir`: the one
/// that is named by this host, and those that are named by a process that is alive. In order.
[[nodiscard]] std::vector<std::string> processes_here(const std::filesystem::path& run_dir,
                                                      std::string_view program);

/// Removes doors that were left by processes that were killed, where they are named by the process.
void remove_dead_doors(const std::filesystem::path& run_dir);

}  // namespace florin
