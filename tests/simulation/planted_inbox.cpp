#include "tests/simulation/planted_inbox.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "protocol/backend.hpp"
#include "protocol/command_codec.hpp"

namespace florin::sim {

namespace {

/// Passes everything on.
class PlantedInbox : public InboxStore {
 public:
  explicit PlantedInbox(std::unique_ptr<InboxStore> honest) : honest_(std::move(honest)) {}

  [[nodiscard]] std::vector<InboxRow> read(ShardIndex shard, InboxPosition from,
                                           std::size_t bytes_max) override {
    return honest_->read(shard, from, bytes_max);
  }
  void commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) override {
    honest_->commit(added, removed);
  }
  void reopen() override { honest_->reopen(); }

 private:
  std::unique_ptr<InboxStore> honest_;
};

class ForgettingInbox : public PlantedInbox {
 public:
  using PlantedInbox::PlantedInbox;

  [[nodiscard]] std::vector<InboxRow> read(ShardIndex shard, InboxPosition from,
                                           std::size_t bytes_max) override {
    std::vector<InboxRow> rows = PlantedInbox::read(shard, from, bytes_max);
    for (const auto& [place, chunk] : remembered_) {
      if (place.first == shard && place.second >= from) {
        rows.push_back({{shard, place.second}, chunk});
      }
    }
    std::sort(rows.begin(), rows.end(),
              [](const InboxRow& a, const InboxRow& b) { return a.key.first < b.key.first; });
    return rows;
  }
  void commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) override {
    PlantedInbox::commit(added, removed);
    for (const InboxKey& key : removed) {
      remembered_.erase({key.shard, key.first});
    }
    std::vector<InboxKey> keys;
    for (const InboxRow& row : added) {
      keys.push_back(row.key);
      remembered_[{row.key.shard, row.key.first}] = row.chunk;
    }
    PlantedInbox::commit({}, keys);
  }

 private:
  std::map<std::pair<ShardIndex, InboxPosition>, std::string> remembered_;  ///< until the process ends
};

}  // namespace

std::unique_ptr<InboxStore> forgetting_inbox(std::unique_ptr<InboxStore> honest) {
  return std::make_unique<ForgettingInbox>(std::move(honest));
}

Rewrite overtaking_the_inbox() {
  return [](const Route& route, std::string& bytes) {
    auto work = route.to_door ? Result<Work>(problem(Code::malformed, "")) : decode_work(bytes);
    if (work) {
      const auto is_sync = [](const WorkItem& item) {
        Reader reader(item.packed);
        const auto decoded = decode_command(reader);
        return decoded && !decoded->is_async;
      };
      std::stable_partition(work->items.begin(), work->items.end(), is_sync);
      bytes = encode_work(*work);
    }
    return true;
  };
}

}  // namespace florin::sim
