#pragma once

/// What is fuzzed: functions that take any bytes at all and say what does not hold.
///
/// The same functions are driven by libFuzzer (entry/libfuzzer.cpp, which searches) and by the unit tests
/// (test_corpus.cpp, which replays what was found worth keeping). A crash, a failed invariant and a
/// sanitizer's report end the process; everything else that must not be is returned.
///
/// A new format needs no line here: its golden sample (tests/support/golden_samples.cpp) makes a target. A
/// new kind of target is a function that returns FuzzTargets and a line in targets.cpp.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace florin::test {

/// What does not hold, for a person.
using Finding = std::optional<std::string>;

struct FuzzTarget {
  std::string name;  ///< of its folder in tests/fuzz/corpus too
  std::function<Finding(std::string_view)> run;
  std::vector<std::string> seeds;  ///< well-formed inputs to start from
};
using FuzzTargets = std::vector<FuzzTarget>;

/// All of them, sorted by name.
[[nodiscard]] FuzzTargets fuzz_targets();

/// Those with a defect planted in them, which every search must find. In no list of what is tested.
[[nodiscard]] FuzzTargets planted_fuzz_targets();

/// One for each format, made from the golden samples.
[[nodiscard]] FuzzTargets decoder_targets();
/// Records whose hash is put right, so that what lies behind the hash is reached.
[[nodiscard]] FuzzTargets rehashed_targets();
/// Bytes of clients through the router and the shards to their answers.
[[nodiscard]] FuzzTargets command_path_targets();
/// Queries of every kind to every owner.
[[nodiscard]] FuzzTargets query_targets();
/// What consumers and the router read from their peers.
[[nodiscard]] FuzzTargets peer_targets();
/// What people write: amounts, names, times, lists of wallets.
[[nodiscard]] FuzzTargets text_targets();
/// A backup's manifest.
[[nodiscard]] FuzzTargets backup_targets();
/// HTTP requests through the gateway to their answers.
[[nodiscard]] FuzzTargets http_targets();
/// Lists of keys and tokens, and requests of ZAP.
[[nodiscard]] FuzzTargets access_targets();
/// The configuration's file.
[[nodiscard]] FuzzTargets config_targets();

}  // namespace florin::test
