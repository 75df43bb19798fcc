#pragma once

/// A data directory with another history's content: what `restore` and `reshard` make.

#include <filesystem>
#include <functional>

#include "logic/restore.hpp"
#include "runtime/config.hpp"

namespace florin {

struct NewStore {
  std::filesystem::path directory;
  StoreFacts facts;
  RestoreReport report;
};

/// Makes a data directory with a new lineage beside its place, lets `fill` fill it, and puts it there whole.
/// Throws StoreFault where the place is taken or `fill` does; then nothing is left.
[[nodiscard]] NewStore make_store(const Config& config, const std::filesystem::path& directory,
                                  std::uint16_t shards,
                                  const std::function<RestoreReport(const NewStores&)>& fill);

/// Says what was made, and what to do before it is used.
void print_new_store(const NewStore& store, const Config& config, const Id128& old_lineage, bool json);

}  // namespace florin
