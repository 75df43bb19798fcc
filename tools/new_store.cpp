#include "tools/new_store.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "actors/node.hpp"
#include "base/text.hpp"
#include "storage/partial_directory.hpp"
#include "tools/present.hpp"

namespace florin {

NewStore make_store(const Config& config, const std::filesystem::path& directory, std::uint16_t shards,
                    const std::function<RestoreReport(const NewStores&)>& fill) {
  PartialDirectory partial(directory);
  const auto data = DataDirectory::open_or_create(partial.path(), shards, random_id());
  const RestoreReport report = fill({data, config.env, config.write_back});
  partial.finish();
  return {partial.target(), data.facts(), report};
}

void print_new_store(const NewStore& store, const Config& config, const Id128& old_lineage, bool json) {
  if (json) {
    nlohmann::ordered_json shown;
    shown["data_dir"] = store.directory.string();
    shown["shards"] = store.facts.shards;
    shown["lineage"] = to_hex(store.facts.lineage.view());
    shown["from_lineage"] = to_hex(old_lineage.view());
    shown["transactions"] = store.report.transactions;
    shown["wallets"] = store.report.wallets;
    shown["refused"] = store.report.refused;
    print_line(to_line(shown));
    return;
  }
  print_line(fmt::format("{} transactions and {} wallets in {} shards of {}, compared and in balance",
                         store.report.transactions, store.report.wallets, store.facts.shards,
                         store.directory.string()));
  print_line(fmt::format("its lineage is {}: whoever followed {} begins anew",
                         to_hex(store.facts.lineage.view()), to_hex(old_lineage.view())));
  if (store.facts.shards != config.shards) {
    print_line(fmt::format("set store.shards = {} in {} before it is started", store.facts.shards,
                           config.file.string()));
  }
}

}  // namespace florin
