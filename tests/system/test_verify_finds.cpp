// The planted bugs of `florin verify`: one thing is changed in a stopped store, and it must be found and
// named.

#include <functional>

#include "base/text.hpp"
#include "protocol/account.hpp"
#include "protocol/letter.hpp"
#include "protocol/statement.hpp"
#include "storage/id_chunk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/tamper.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

using Path = std::filesystem::path;

/// A store with one shard, a history of successes and refusals, and consumers that have seen all of it.
class Books {
 public:
  Books() : node_(FLORIN_BINARY, {.shards = 1, .refold_entries_max = 4}) {
    node_.start();
    {
      TestClient client(node_.front());
      for (int i = 0; i < 5; ++i) {
        client.ask(deposit("d" + std::to_string(i), "100", 10));
      }
      client.ask(withdraw("poor-1", "102", 1));
      client.ask(withdraw("poor-2", "102", 2));
      for (const char* broken : {"\x91\x63", "\x91\x62", "\x91\x61"}) {
        const std::string packed = broken;
        client.ask_packed({&packed, 1});
      }
      client.ask(deposit("last", "101", 7));
    }
    node_.wait_for_consumers();
    REQUIRE(node_.cli_lines({"dead-letters", "list"}).size() == 5);
    REQUIRE(node_.stop() == 0);
    REQUIRE(verify(node_.data_dir()).exit_code == 0);
  }

  /// Verifies a copy in which something was changed.
  [[nodiscard]] ProgramResult verify_changed(const std::function<void(const Path&)>& change) {
    const Path copy = node_.file("changed");
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    for (const char* part : {"florin.store", "router", "shard-000", "accounting", "dead-letters"}) {
      std::filesystem::copy(node_.data_dir() / part, copy / part, std::filesystem::copy_options::recursive);
    }
    change(copy);
    return verify(copy);
  }

 private:
  [[nodiscard]] ProgramResult verify(const Path& data) const {
    return node_.cli({"--data-dir", data.string(), "verify"});
  }

  FlorinNode node_;
};

struct Planted {
  const char* what;
  std::function<void(const Path&)> change;
  const char* told;
};

void check_found(const std::vector<Planted>& planted) {
  Books books;
  CHECK(books.verify_changed([](const Path&) {}).exit_code == 0);
  for (const Planted& bug : planted) {
    const ProgramResult result = books.verify_changed(bug.change);
    INFO(bug.what << "\n" << result.out << result.err);
    CHECK(result.exit_code == 3);
    CHECK(result.out.find(bug.told) != std::string::npos);
  }
}

std::string number_key(std::uint64_t number) {
  std::string key;
  append_big_endian(key, number);
  return key;
}

/// The row of the table of ids that holds an entry, and its place there.
std::pair<std::pair<std::string, std::string>, std::size_t> chunk_with(const Path& data,
                                                                       std::uint64_t sequence) {
  for (const auto& row : Tamper(data / "shard-000").rows("ids")) {
    for (std::size_t i = 0; i < row.second.size() / kStoredIdBytes; ++i) {
      if (id_in_chunk(row.second, i).sequence == SequenceNumber(sequence)) {
        return {row, i};
      }
    }
  }
  FAIL("no chunk holds entry " << sequence);
  return {};
}

void remove_id(const Path& data, std::uint64_t sequence) {
  auto [row, place] = chunk_with(data, sequence);
  row.second.erase(place * kStoredIdBytes, kStoredIdBytes);
  Tamper(data / "shard-000").put("ids", row.first, row.second);
}

void change_id(const Path& data, std::uint64_t sequence, std::uint64_t to) {
  auto [row, place] = chunk_with(data, sequence);
  row.second.replace(place * kStoredIdBytes + 8, 8, number_key(to));
  Tamper(data / "shard-000").put("ids", row.first, row.second);
}

void change_wallet(const Path& data, const std::function<void(WalletRow&)>& change) {
  Tamper(data / "shard-000")
      .change<WalletRow>("wallets", "100", decode_wallet_row, encode_wallet_row, change);
}

void change_account(const Path& data, const std::function<void(Account&)>& change) {
  Tamper(data / "accounting").change<Account>("accounts", "100", decode_account, encode_account, change);
}

TEST_CASE("Verify finds a changed row of a wallet") {
  check_found({
      {"a balance",
       [](const Path& data) {
         change_wallet(data,
                       [](WalletRow& row) { row.state.balance = MinorUnits(row.state.balance.value() + 1); });
       },
       "shard 0: wallet 100 is stored with balance 100051 EUR"},
      {"a freeze",
       [](const Path& data) {
         change_wallet(data, [](WalletRow& row) { row.state.freeze = FreezeScope::all; });
       },
       "shard 0: wallet 100 is stored with"},
      {"a credit limit",
       [](const Path& data) {
         change_wallet(data, [](WalletRow& row) { row.state.credit_limit = MinorUnits(5); });
       },
       "shard 0: wallet 100 is stored with"},
      {"a version of the future",
       [](const Path& data) {
         change_wallet(data, [](WalletRow& row) { row.state.version = WalletVersion(99); });
       },
       "shard 0: wallet 100 is stored with balance 100050 EUR, version 99, open, which the journal never "
       "made"},
      {"no row", [](const Path& data) { Tamper(data / "shard-000").remove("wallets", "100"); },
       "shard 0: wallet 100 is missing in the table of wallets"},
      {"a row of nobody",
       [](const Path& data) {
         const Tamper shard(data / "shard-000");
         WalletRow row{WalletId("ghost"), {}};
         row.state.version = WalletVersion(1);
         Writer writer;
         encode_wallet_row(writer, row);
         shard.put("wallets", "ghost", writer.view());
       },
       "shard 0: wallet ghost is stored with"},
  });
}

TEST_CASE("Verify finds a wallet that stands at an earlier moment") {
  check_found({{"an update that was lost",
                [](const Path& data) {
                  change_wallet(data, [](WalletRow& row) {
                    // As it was after d3: true then, and one deposit behind.
                    row.state.balance = MinorUnits(100040);
                    row.state.version = WalletVersion(row.state.version.value() - 1);
                    row.state.stands_at = SequenceNumber(row.state.stands_at.value() - 1);
                  });
                },
                "shard 0: wallet 100 is stored"}});
}

TEST_CASE("Verify finds changed totals and ids") {
  check_found({
      {"a total",
       [](const Path& data) {
         Tamper(data / "shard-000")
             .change<Totals>("totals", "totals", decode_totals, encode_totals, [](Totals& totals) {
               const AccountKey wallets{currency("EUR"), AccountClass::wallets, {}};
               totals.add(wallets, 1);
             });
       },
       "shard 0: the table of totals at entry 13 is not what the journal adds up to"},
      {"no totals", [](const Path& data) { Tamper(data / "shard-000").remove("totals", "totals"); },
       "shard 0: the table of totals"},
      {"an id that is forgotten", [](const Path& data) { remove_id(data, 3); },
       "shard 0: the index of ids does not find entry 3 (id"},
      {"an id of another entry", [](const Path& data) { change_id(data, 3, 1); },
       "shard 0: the index of ids does not find entry 3 (id"},
      {"an id of nothing", [](const Path& data) { change_id(data, 3, 1000); },
       "a derived table points to entry 1000, which the journal does not hold"},
  });
}

TEST_CASE("Verify finds a forged journal whose chain was made whole again") {
  const auto forge = [](const std::function<void(Entry&)>& change) {
    return [change](const Path& data) {
      Tamper(data / "shard-000").rewrite_journal([&](Entry& entry) {
        if (entry.command.id == TransactionId("d1")) {
          change(entry);
        }
      });
    };
  };
  check_found({
      {"an amount", forge([](Entry& entry) { entry.command.amount = MinorUnits(1000); }),
       "(deposit of wallet 100, id d1) was recorded as success none"},
      {"an amount and its balance", forge([](Entry& entry) {
         entry.command.amount = MinorUnits(1000);
         entry.sides.front().after.balance = MinorUnits(101010);
       }),
       "accounting shows wallet 100"},
      {"an outcome", forge([](Entry& entry) {
         entry.outcome = Outcome::rejected;
         entry.reason = Code::debits_frozen;
       }),
       "(deposit of wallet 100, id d1) was recorded as rejected debits_frozen"},
      {"the other account", forge([](Entry& entry) { entry.external = ExternalAccount("bank:elsewhere"); }),
       "(deposit of wallet 100, id d1) was recorded as"},
      {"an id", forge([](Entry& entry) { entry.command.id = TransactionId("d9"); }),
       "is not what entry 7 (deposit of wallet 100, id d9) recorded"},
      {"an id that was used before", forge([](Entry& entry) { entry.command.id = TransactionId("d0"); }),
       "(deposit of wallet 100, id d0) repeats the id of entry"},
  });
}

TEST_CASE("Verify finds a journal that lost its last record") {
  check_found({{"the last record",
                [](const Path& data) {
                  const Tamper shard(data / "shard-000");
                  shard.remove("journal", shard.rows("journal").back().first);
                },
                "shard 0: "}});
}

TEST_CASE("Verify finds a changed read model of accounting") {
  check_found({
      {"a balance",
       [](const Path& data) {
         change_account(data,
                        [](Account& account) { account.balance = MinorUnits(account.balance.value() - 1); });
       },
       "accounting shows wallet 100 with 100049"},
      {"what was debited",
       [](const Path& data) { change_account(data, [](Account& account) { account.debited += 1; }); },
       "accounting shows wallet 100"},
      {"a version of the future",
       [](const Path& data) {
         change_account(data, [](Account& account) { account.version = WalletVersion(99); });
       },
       "accounting: it shows wallet 100 at version 99, which no journal made"},
      {"no account", [](const Path& data) { Tamper(data / "accounting").remove("accounts", "100"); },
       "accounting has no account of wallet 100"},
      {"a daily total",
       [](const Path& data) {
         const Tamper accounting(data / "accounting");
         const std::string day = accounting.rows("daily").front().first;
         accounting.change<DailyTotal>("daily", day, decode_daily_total, encode_daily_total,
                                       [](DailyTotal& total) { total.sum += 1; });
       },
       "accounting: its daily totals are not what the journals add up to"},
  });
}

/// Changes the line of an id within its block.
void change_line(const Path& data, const char* id, const std::function<void(StatementLine&)>& change) {
  const Tamper accounting(data / "accounting");
  for (const auto& [key, block] : accounting.rows("lines")) {
    Reader reader(block);
    Writer changed;
    const std::uint32_t count = reader.array("lines");
    changed.array(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      StatementLine line = decode_line(reader);
      if (line.id == TransactionId(id)) {
        change(line);
      }
      encode_line(changed, line);
    }
    accounting.put("lines", key, changed.view());
  }
}

TEST_CASE("Verify finds a changed statement") {
  const auto changed = [](const std::function<void(StatementLine&)>& change) {
    return [change](const Path& data) { change_line(data, "d1", change); };
  };
  const auto account = [](const std::function<void(Account&)>& change) {
    return [change](const Path& data) { change_account(data, change); };
  };
  check_found({
      {"an amount", changed([](StatementLine& line) { line.amount = MinorUnits(1000); }),
       "(deposit of wallet 100, id d1) recorded"},
      {"a balance", changed([](StatementLine& line) { line.balance = MinorUnits(1); }), "is not what entry"},
      {"a reference", changed([](StatementLine& line) { line.reference = Reference("forged"); }),
       "is not what entry"},
      {"a link that skips a line",
       changed([](StatementLine& line) { line.previous = LineNumber(line.previous.value() - 1); }),
       "is not what entry"},
      {"a line of another wallet", changed([](StatementLine& line) { line.wallet = WalletId("101"); }),
       "is not what entry"},
      {"a line of no entry", changed([](StatementLine& line) { line.sequence = SequenceNumber(500); }),
       "is of entry 500 of shard 0, which is none that moved money"},
      {"an entry shown twice",
       changed([](StatementLine& line) { line.sequence = SequenceNumber(line.sequence.value() + 1); }),
       "again"},
      {"a number", changed([](StatementLine& line) { line.number = LineNumber(700); }),
       "accounting: its statements cannot be read"},
      {"no lines of one commit",
       [](const Path& data) {
         const Tamper accounting(data / "accounting");
         accounting.remove("lines", accounting.rows("lines").front().first);
       },
       "is missing on its wallet's statement"},
      {"an account that forgot its last line",
       account([](Account& row) { row.last_line = LineNumber(row.last_line.value() - 1); }),
       "accounting shows wallet 100"},
  });
}

TEST_CASE("Verify finds an account that stands at an earlier moment") {
  check_found({{"an update that was lost",
                [](const Path& data) {
                  change_account(data, [](Account& account) {
                    account.balance = MinorUnits(100040);
                    account.credited -= 10;
                    account.completed -= 1;
                    account.version = WalletVersion(account.version.value() - 1);
                  });
                },
                "accounting shows wallet 100"}});
}

/// The number of the first letter of which `is_it` holds.
std::string letter_key(const Tamper& sink, const std::function<bool(const Letter&)>& is_it) {
  for (const auto& [key, bytes] : sink.rows("letters")) {
    Reader reader(bytes);
    if (is_it(decode_letter(reader))) {
      return key;
    }
  }
  FAIL("there is no such letter");
  return {};
}

bool is_refused(const Letter& letter) {
  return letter.refused.has_value();
}
bool is_entry(const Letter& letter) {
  return letter.entry.has_value();
}

TEST_CASE("Verify finds a dead letter that is gone or changed") {
  const auto remove = [](bool (*is_it)(const Letter&)) {
    return [is_it](const Path& data) {
      const Tamper sink(data / "dead-letters");
      sink.remove("letters", letter_key(sink, is_it));
    };
  };
  const auto change = [](bool (*is_it)(const Letter&), const std::function<void(Letter&)>& how) {
    return [is_it, how](const Path& data) {
      const Tamper sink(data / "dead-letters");
      sink.change<Letter>("letters", letter_key(sink, is_it), decode_letter, encode_letter, how);
    };
  };
  check_found({
      {"a refusal is gone", remove(is_entry),
       "(withdraw of wallet 102, id poor-1) failed and is missing in the dead-letter sink"},
      {"a message is gone", remove(is_refused), "dead letters: refused message 1 is not kept as it was"},
      {"a class", change(is_entry, [](Letter& letter) { letter.letter_class = LetterClass::unapplied; }),
       "is not what entry"},
      {"an amount",
       change(is_entry, [](Letter& letter) { letter.entry->entry.command.amount = MinorUnits(5); }),
       "is not what entry"},
      {"bytes of a message", change(is_refused, [](Letter& letter) { letter.refused->bytes = "x"; }),
       "dead letters: refused message 1 is not kept as it was"},
      {"a letter of nothing",
       change(
           is_entry,
           [](Letter& letter) { letter.entry->entry.sides.front().after.stands_at = SequenceNumber(500); }),
       "missing in the dead-letter sink"},
  });
}

TEST_CASE("Verify notes that the last refused message is no letter") {
  // A sink that has lost it and one that is about to take it look the same, so it is no discrepancy.
  Books books;
  const ProgramResult result = books.verify_changed([](const Path& data) {
    const Tamper sink(data / "dead-letters");
    std::string last;
    for (const auto& [key, bytes] : sink.rows("letters")) {
      Reader reader(bytes);
      last = is_refused(decode_letter(reader)) ? key : last;
    }
    sink.remove("letters", last);
  });
  INFO(result.out);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("note: the dead-letter sink is 1 refused messages behind the router") !=
        std::string::npos);
}

}  // namespace
}  // namespace florin::test
