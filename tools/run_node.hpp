#pragma once

#include "actors/node.hpp"
#include "runtime/config.hpp"

namespace florin {

/// Reads the keys of the doors and runs the parts of the roles until SIGINT or SIGTERM. Tests give a
/// decorator that plants a fault.
int run_node(Config config, const Roles& roles, const StoreDecorator& decorate);

}  // namespace florin
