#pragma once

#include "actors/node.hpp"
#include "runtime/config.hpp"

namespace florin {

/// Runs a node until SIGINT or SIGTERM. Tests give a decorator that plants a fault.
int run_node(const Config& config, const StoreDecorator& decorate);

}  // namespace florin
