#pragma once

/// The subcommands of `florin dead-letters` that change something.

#include "tools/tool.hpp"

namespace florin {

void add_redrive(CLI::App& dead_letters, const CommonOptions& common, Action& action);
void add_discard(CLI::App& dead_letters, const CommonOptions& common, Action& action);

}  // namespace florin
