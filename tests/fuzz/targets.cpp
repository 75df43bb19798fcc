#include <algorithm>
#include <iterator>

#include "tests/fuzz/target.hpp"

namespace florin::test {

FuzzTargets fuzz_targets() {
  FuzzTargets all;
  for (const auto& targets :
       {decoder_targets, rehashed_targets, command_path_targets, query_targets, peer_targets, text_targets,
        backup_targets, access_targets, http_targets, config_targets}) {
    FuzzTargets some = targets();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

}  // namespace florin::test
