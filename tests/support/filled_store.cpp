#include "tests/support/filled_store.hpp"

#include "logic/queries.hpp"
#include "logic/record_sources.hpp"
#include "protocol/letter.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {

void fill_store(const std::filesystem::path& directory, std::uint16_t shards,
                std::span<const TracedCommand> commands, std::size_t refused) {
  const auto data = DataDirectory::open_or_create(directory, shards, test_lineage());
  Cluster cluster({.shards = shards, .messages_per_round = 3}, steady_clock(), [&](ShardIndex shard) {
    return std::make_unique<LmdbShardStore>(data.shard(shard), test_lineage(), shard, lmdb::EnvOptions{});
  });
  (void)cluster.run(commands);
  LmdbRefusedLog log(data.router(), {});
  std::vector<RefusedRecord> records(refused,
                                     make_refused(TimeUs(1), "peer", {Code::malformed, "GET"}, "GET /"));
  log.append(records);
}

StoppedNode::StoppedNode(const std::filesystem::path& directory)
    : data_(DataDirectory::open(directory)), refused_(data_.router(), {}), stores_(data_, {}, {}, "test") {}

Asker StoppedNode::asker() {
  return [this](const Owner& owner, QueryKind kind, std::string_view parameters) -> Result<std::string> {
    if (owner.role != OwnerRole::router && owner.role != OwnerRole::shard) {
      return problem(Code::not_found, "there is none");
    }
    const auto status = [] { return std::string("\x80"); };
    const QueryHandler handler = owner.role == OwnerRole::router
                                     ? router_queries(refused_, inbox_, status)
                                     : shard_queries(stores_.shard(owner.shard), status);
    const std::string bytes = handler(encode_query(1, kind, parameters));
    const Reply reply = decode_reply(bytes).value();
    return reply.code == Code::none ? Result<std::string>(std::string(reply.payload))
                                    : problem(reply.code, reply.detail);
  };
}

Books StoppedNode::books() const {
  Books books;
  books.totals = stores_.totals();
  for (std::uint16_t i = 0; i < stores_.count(); ++i) {
    ShardStore& shard = stores_.shard(ShardIndex(i));
    const auto snapshot = shard.snapshot();
    for (const WalletRow& row : snapshot->wallets("", 1'000'000).rows) {
      WalletState& state = books.wallets[std::string(row.wallet.view())];
      state = row.state;
      state.stands_at = SequenceNumber();
    }
    JournalCursor cursor(stored_records(shard), data_.facts().lineage, ShardIndex(i));
    while (cursor.next()) {
      for (Entry& entry : cursor.entries()) {
        entry.sides[0].previous = SequenceNumber();
        entry.sides[0].after.stands_at = SequenceNumber();
        books.entries[{std::string(entry.command.wallet.view()), std::string(entry.command.id.view())}] =
            entry;
      }
    }
  }
  books.refused = refused_.after({}, 1'000'000).rows;
  return books;
}

VerificationReport StoppedNode::verify() {
  return verify_books(asker(), stores_.count(), [](std::uint64_t) {});
}

}  // namespace florin::test
