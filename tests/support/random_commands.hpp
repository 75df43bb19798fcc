#pragma once

/// Random lists of well-formed commands, small enough in wallets and ids that they meet: repetitions,
/// conflicts, refusals of every sort, advice and amounts at the ends of the range.
///
/// rapidcheck prints the seed of a property that fails; RC_PARAMS="seed=..." runs it again.

#include <rapidcheck.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "tests/support/cluster.hpp"

namespace florin {

/// How rapidcheck shows a command of a list that fails.
// NOLINTNEXTLINE(readability-identifier-naming): the name that rapidcheck looks for
void showValue(const TracedCommand& traced, std::ostream& out);

}  // namespace florin

namespace florin::test {

[[nodiscard]] rc::Gen<TracedCommand> any_command();
[[nodiscard]] rc::Gen<Commands> any_commands();

/// The list that a seed gives, for looking for a planted bug without failing a property.
[[nodiscard]] Commands commands_of_seed(std::uint64_t seed);

/// What a harness found; nothing where all is well.
using Finding = std::optional<std::string>;

/// Whether the harness finds something in the lists of one of the first seeds. For the twins of properties: a
/// harness that does not see a planted bug proves nothing.
[[nodiscard]] bool finds_within(int seeds, const std::function<Finding(const Commands&)>& harness);

}  // namespace florin::test
