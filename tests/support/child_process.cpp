#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> merged_environment(const Environment& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (!added.contains(text.substr(0, text.find('=')))) {
      all.push_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    all.push_back(fmt::format("{}={}", name, value));
  }
  return all;
}

/// Signals and their masks as a shell would start a program, whatever the test has done to its own.
void reset_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t ordinary;
  sigemptyset(&none);
  sigemptyset(&ordinary);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGXFSZ}) {
    sigaddset(&ordinary, number);
  }
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &ordinary);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

ChildProcess::ChildProcess(const Arguments& command, std::filesystem::path out, std::filesystem::path err,
                           const Environment& environment)
    : out_(std::move(out)), err_(std::move(err)) {
  Arguments arguments = command;
  std::vector<std::string> variables = merged_environment(environment);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int kFresh = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_.c_str(), kFresh, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err_.c_str(), kFresh, 0600);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  reset_signals(attributes);
  const int rc = ::posix_spawn(&pid_, command.front().c_str(), &files, &attributes,
                               pointers(arguments).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (rc != 0) {
    throw std::runtime_error(fmt::format("cannot start {}: {}", command.front(), std::strerror(rc)));
  }
}

ChildProcess::~ChildProcess() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status_, 0);
  }
}

bool ChildProcess::is_running() {
  ended_ = ended_ || ::waitpid(pid_, &status_, WNOHANG) == pid_;
  return !ended_;
}

void ChildProcess::send_signal(int number) const {
  if (!ended_) {
    ::kill(pid_, number);
  }
}

int ChildProcess::wait() {
  if (!eventually([this] { return !is_running(); })) {
    throw std::runtime_error(fmt::format("process {} does not end. It wrote: {}", pid_, err()));
  }
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

std::string ChildProcess::out() const {
  return read_file(out_);
}

std::string ChildProcess::err() const {
  return read_file(err_);
}

ProgramResult run_program(const Arguments& command) {
  const TempDir directory;
  ChildProcess child(command, directory / "out", directory / "err");
  const int code = child.wait();
  return {code, child.out(), child.err()};
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

void write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << content;
}

}  // namespace florin::test
