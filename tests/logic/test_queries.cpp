// What owners answer, and how they refuse.

#include <functional>

#include "logic/queries.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

struct Fixture {
  JournalSource source;
  std::string bytes;  ///< of the last reply: its payload points here

  Fixture() {
    source.journal.open_epoch();
    source.journal.commit(std::vector<Command>{open_wallet("o", "w"), open_wallet("o", "v")});
    for (int i = 0; i < 6; ++i) {
      source.journal.commit(std::vector<Command>{deposit("d" + std::to_string(i), "w", 1 + i),
                                                 withdraw("x" + std::to_string(i), "v", 1)});
    }
  }

  Reply ask(QueryKind kind, const std::function<void(Writer&)>& write) {
    Writer parameters;
    write(parameters);
    bytes = source.query(encode_query(77, kind, parameters.view()));
    Reply reply = decode_reply(bytes).value();
    CHECK(reply.request == 77);
    return reply;
  }

  /// The sequences of a page of history, and whether more follow.
  std::pair<std::vector<std::uint64_t>, bool> history(std::uint64_t before, std::uint64_t limit) {
    const Reply reply =
        ask(QueryKind::history, [&](Writer& w) { w.array(3).text("w").uint(before).uint(limit); });
    CHECK(reply.code == Code::none);
    Reader reader(reply.payload);
    reader.array_of(2, "page");
    std::vector<std::uint64_t> sequences;
    for (std::uint32_t left = reader.array("entries"); left > 0; --left) {
      const auto row = decode_entry_row(reader).value();
      CHECK(row.entry.side().wallet.view() == "w");
      sequences.push_back(row.entry.sequence().value());
    }
    const bool more = reader.boolean("more");
    reader.finish();
    CHECK(reader.ok());
    return {sequences, more};
  }
};

using Page = std::pair<std::vector<std::uint64_t>, bool>;

TEST_CASE_METHOD(Fixture, "A wallet's history comes newest first and page by page") {
  CHECK(history(0, 100) == Page{{13, 11, 9, 7, 5, 3, 1}, false});
  CHECK(history(0, 3) == Page{{13, 11, 9}, true});
  CHECK(history(9, 3) == Page{{7, 5, 3}, true});
  CHECK(history(3, 3) == Page{{1}, false});
  CHECK(history(1, 3) == Page{{}, false});
}

TEST_CASE_METHOD(Fixture, "A history from an entry of another wallet or beyond the head is not found") {
  for (const std::uint64_t before : {std::uint64_t{14}, std::uint64_t{2}, std::uint64_t{15}, UINT64_MAX}) {
    const Reply reply =
        ask(QueryKind::history, [&](Writer& w) { w.array(3).text("w").uint(before).uint(5); });
    CHECK(reply.code == Code::not_found);
  }
}

TEST_CASE_METHOD(Fixture, "A wallet and a transaction are found or not") {
  const Reply wallet = ask(QueryKind::wallet, [](Writer& w) { w.array(1).text("w"); });
  Reader row(wallet.payload);
  CHECK(decode_wallet_row(row).state.balance == MinorUnits(21));
  CHECK(ask(QueryKind::wallet, [](Writer& w) { w.array(1).text("never"); }).code == Code::not_found);

  const Reply found = ask(QueryKind::transaction, [](Writer& w) { w.array(2).text("w").text("d3"); });
  Reader entry(found.payload);
  CHECK(decode_entry_row(entry).value().entry.command == deposit("d3", "w", 4));
  CHECK(ask(QueryKind::transaction, [](Writer& w) { w.array(2).text("w").text("x3"); }).code ==
        Code::not_found);
}

TEST_CASE_METHOD(Fixture, "Replay gives the records behind a position on the chain") {
  const Digest hash = source.store.snapshot()->hash_at(BatchOrdinal(5)).value();
  const Reply reply = ask(QueryKind::replay, [&](Writer& w) {
    w.array(4).bin(test_lineage().view()).uint(5).bin(hash.view()).uint(1'000'000);
  });
  REQUIRE(reply.code == Code::none);
  Reader reader(reply.payload);
  reader.array_of(2, "page");
  REQUIRE(reader.array("records") == 3);
  CHECK(reader.bin("record", kRecordSizeMax) == source.record(6));
}

TEST_CASE_METHOD(Fixture, "Replay from another lineage or hash or beyond the head is diverged") {
  const Digest wrong;
  CHECK(ask(QueryKind::replay, [&](Writer& w) {
          w.array(4).bin(std::string(16, 'x')).uint(0).nil().uint(1000);
        }).code == Code::diverged);
  CHECK(ask(QueryKind::replay, [&](Writer& w) {
          w.array(4).nil().uint(5).bin(wrong.view()).uint(1000);
        }).code == Code::diverged);
  CHECK(ask(QueryKind::replay, [&](Writer& w) {
          w.array(4).nil().uint(500).bin(wrong.view()).uint(1000);
        }).code == Code::diverged);
  CHECK(ask(QueryKind::replay, [&](Writer& w) {
          w.array(4).nil().uint(0).bin(wrong.view()).uint(1000);
        }).code == Code::none);
}

TEST_CASE_METHOD(Fixture, "Head and totals are of the same moment") {
  const Reply head = ask(QueryKind::head, [](Writer& w) { w.array(0); });
  Reader position(head.payload);
  CHECK(decode_position(position).hash == source.store.head().hash);
  const Reply totals = ask(QueryKind::totals, [](Writer& w) { w.array(0); });
  Reader reader(totals.payload);
  reader.array_of(2, "totals");
  CHECK(reader.uint("sequence") == 14);
  CHECK(decode_totals(reader) == source.store.snapshot()->totals());
}

TEST_CASE_METHOD(Fixture, "Ill-formed parameters are refused and name the element") {
  CHECK(ask(QueryKind::wallet, [](Writer& w) { w.array(2).text("w").nil(); }).code == Code::wrong_length);
  CHECK(ask(QueryKind::wallet, [](Writer& w) { w.array(1).uint(1); }).code == Code::wrong_type);
  CHECK(ask(QueryKind::wallet, [](Writer& w) { w.array(1).text("not a name"); }).code ==
        Code::invalid_wallet_id);
  CHECK(ask(QueryKind::wallet, [](Writer& w) { w.map(0); }).code == Code::wrong_type);
  const Reply reply = ask(QueryKind::history, [](Writer& w) { w.array(3).text("w").nil().uint(1); });
  CHECK(reply.code == Code::wrong_type);
  CHECK(reply.detail.find("before") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A query without parameters takes none") {
  for (const QueryKind kind : {QueryKind::status, QueryKind::head, QueryKind::totals}) {
    CHECK(ask(kind, [](Writer& w) { w.array(0); }).code == Code::none);
    CHECK(ask(kind, [](Writer& w) { w.array(1).nil(); }).code == Code::wrong_length);
    CHECK(ask(kind, [](Writer& w) { w.nil(); }).code == Code::wrong_type);
  }
}

TEST_CASE_METHOD(Fixture, "A kind that another owner answers and an unknown one are refused") {
  for (const QueryKind kind : {QueryKind::accounts, QueryKind::letters, QueryKind::refused, QueryKind(200)}) {
    CHECK(ask(kind, [](Writer& w) { w.array(0); }).code == Code::unknown_query);
  }
}

TEST_CASE_METHOD(Fixture, "Bytes that are no query are refused") {
  const Reply reply = decode_reply(source.query("nonsense")).value();
  CHECK(reply.code != Code::none);
  CHECK(reply.request == 0);
}

TEST_CASE_METHOD(Fixture, "A closed store answers its status and nothing else") {
  source.store.fail_next_reopen();
  CHECK_THROWS_AS(source.store.reopen(), StoreFault);
  CHECK(ask(QueryKind::head, [](Writer& w) { w.array(0); }).code == Code::store_fault);
  CHECK(ask(QueryKind::status, [](Writer& w) { w.array(0); }).code == Code::none);
}

TEST_CASE_METHOD(Fixture, "A page holds at most a thousand rows whatever is asked for") {
  std::vector<Command> many;
  many.reserve(1100);
  for (int i = 0; i < 1100; ++i) {
    many.push_back(open_wallet("o", "many-" + std::to_string(i)));
  }
  source.journal.commit(many);
  const Reply reply = ask(QueryKind::wallets, [](Writer& w) { w.array(2).nil().uint(1'000'000); });
  Reader reader(reply.payload);
  reader.array_of(2, "page");
  CHECK(reader.array("wallets") == 1000);
  const Reply none = ask(QueryKind::wallets, [](Writer& w) { w.array(2).nil().uint(0); });
  Reader small(none.payload);
  small.array_of(2, "page");
  CHECK(small.array("wallets") == 1);
}

}  // namespace
}  // namespace florin::test
