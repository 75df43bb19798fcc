// florin_fuzz: libFuzzer's main around one of the targets. libFuzzer passes flags with two dashes by, also to
// the processes that it starts itself, so the target is named by one:
//
//     florin_fuzz --list                          the names of all targets
//     florin_fuzz --target=submit --seeds=DIR     writes the target's well-formed inputs into DIR
//     florin_fuzz --target=submit DIR...          fuzzes; -help=1 tells libFuzzer's own flags

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "tests/fuzz/target.hpp"

namespace florin::test {
namespace {

/// The target of this process. libFuzzer calls a function of a fixed name and carries no context for it.
FuzzTarget& chosen() {
  static FuzzTarget target;
  return target;
}

std::string flag(int argc, char** argv, std::string_view name) {
  const std::string start = "--" + std::string(name);
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == start) {
      return "yes";
    }
    if (argument.starts_with(start + "=")) {
      return std::string(argument.substr(start.size() + 1));
    }
  }
  return {};
}

bool choose(const std::string& name) {
  for (const auto& targets : {fuzz_targets, planted_fuzz_targets}) {
    for (FuzzTarget& target : targets()) {
      if (target.name == name) {
        chosen() = std::move(target);
        return true;
      }
    }
  }
  return false;
}

void write_seeds(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  for (std::size_t i = 0; i < chosen().seeds.size(); ++i) {
    std::ofstream(directory / ("seed-" + std::to_string(i)), std::ios::binary) << chosen().seeds[i];
  }
}

void initialize(int argc, char** argv) {
  if (!flag(argc, argv, "list").empty()) {
    for (const FuzzTarget& target : fuzz_targets()) {
      std::cout << target.name << '\n';
    }
    std::exit(0);  // NOLINT(concurrency-mt-unsafe): there is one thread
  }
  const std::string name = flag(argc, argv, "target");
  if (!choose(name)) {
    std::cerr << "there is no target `" << name << "`: name one of --list with --target=NAME\n";
    std::exit(2);  // NOLINT(concurrency-mt-unsafe)
  }
  const std::string seeds = flag(argc, argv, "seeds");
  if (!seeds.empty()) {
    write_seeds(seeds);
    std::exit(0);  // NOLINT(concurrency-mt-unsafe)
  }
}

}  // namespace
}  // namespace florin::test

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  florin::test::initialize(*argc, *argv);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto finding = florin::test::chosen().run(bytes)) {
    std::cerr << "florin_fuzz: " << *finding << std::endl;  // flushed: the next line ends the process
    std::abort();
  }
  return 0;
}
