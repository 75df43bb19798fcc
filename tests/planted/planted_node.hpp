#pragma once

/// The main of a florin with a bug planted in its stores: `PROGRAM --config FILE run`, or `worker`.

#include <sodium.h>

#include <cstdio>
#include <exception>
#include <string_view>

#include "tools/run_node.hpp"

namespace florin::test {

inline int run_planted(int argc, char** argv, const StoreDecorator& decorate) {
  if (argc < 3 || std::string_view(argv[1]) != "--config" || sodium_init() < 0) {
    std::fputs("a planted florin takes --config FILE run\n", stderr);
    return 2;
  }
  try {
    const Config config = load_config(argv[2]);
    const bool is_worker = argc > 3 && std::string_view(argv[3]) == "worker";
    const Roles roles = is_worker ? Roles{"worker", false, {}, false, false, true} : all_roles(config.shards);
    return run_node(config, roles, decorate);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace florin::test
