#pragma once

/// Programs that tests start: each with its output in files, each killed when its owner goes.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace florin::test {

using Arguments = std::vector<std::string>;
/// Added to the environment that the test has.
using Environment = std::map<std::string, std::string>;

class ChildProcess {
 public:
  /// `command` is the program's path and its arguments. Throws where it cannot be started.
  ChildProcess(const Arguments& command, std::filesystem::path out, std::filesystem::path err,
               const Environment& environment = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_running();
  void send_signal(int number) const;
  /// Waits for its end. The exit code, or 128 plus the signal that ended it. Throws where it does not end.
  int wait();

  /// What it has written so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

 private:
  const std::filesystem::path out_;
  const std::filesystem::path err_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program to its end.
[[nodiscard]] ProgramResult run_program(const Arguments& command);

[[nodiscard]] std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace florin::test
