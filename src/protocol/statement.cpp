#include "protocol/statement.hpp"

#include "protocol/fields.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kLineElements = 15;
constexpr std::uint64_t kOverdrawn = 1;
constexpr std::uint64_t kUnapplied = 2;

}  // namespace

bool is_on_statement(const Entry& entry) {
  return entry.outcome == Outcome::success && moves_money(entry.command.kind);
}

StatementLine make_line(LineNumber number, ShardIndex shard, const Entry& entry, const Account& after) {
  const Command& command = entry.command;
  return {number,           after.last_line, command.wallet,    shard,
          entry.sequence(), entry.decided,   command.kind,      entry.overdrawn,
          entry.unapplied,  command.amount,  command.currency,  after.balance,
          command.id,       entry.external,  command.reference, command.effective_date};
}

void encode_line(Writer& writer, const StatementLine& line) {
  writer.array(kLineElements)
      .uint(line.number.value())
      .uint(line.previous.value())
      .text(line.wallet.view())
      .uint(line.shard.value())
      .uint(line.sequence.value())
      .integer(line.decided.value())
      .uint(static_cast<std::uint64_t>(line.kind))
      .uint((line.overdrawn ? kOverdrawn : 0) | (line.unapplied ? kUnapplied : 0))
      .uint(static_cast<std::uint64_t>(line.amount.value()))
      .text(line.currency.code())
      .integer(line.balance.value())
      .text(line.id.view())
      .text(line.external.view())
      .text_or_nil(line.reference.view())
      .uint_or_nil(line.effective_date);
}

StatementLine decode_line(Reader& reader) {
  StatementLine line;
  reader.array_of(kLineElements, "statement line");
  line.number = LineNumber(reader.uint("number"));
  line.previous = LineNumber(reader.uint("previous"));
  line.wallet = WalletId(reader.text("wallet", kNameMax));
  line.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
  line.sequence = SequenceNumber(reader.uint("sequence"));
  line.decided = TimeUs(reader.integer("decided"));
  const auto kind = kind_from_number(reader.uint("kind"));
  if (reader.ok() && !kind) {
    reader.fail(Code::unknown_kind, "kind of a statement line");
  }
  line.kind = kind.value_or(Kind::deposit);
  const std::uint64_t flags = reader.uint("flags", kOverdrawn | kUnapplied);
  line.overdrawn = (flags & kOverdrawn) != 0;
  line.unapplied = (flags & kUnapplied) != 0;
  line.amount = MinorUnits(
      static_cast<std::int64_t>(reader.uint("amount", static_cast<std::uint64_t>(kAmountMax.value()))));
  line.currency = read_currency_or_none(reader, "currency of a statement line");
  line.balance = MinorUnits(reader.integer("balance"));
  line.id = TransactionId(reader.text("id", kNameMax));
  line.external = ExternalAccount(reader.text("external", kNameMax));
  line.reference = Reference(reader.text_or_nil("reference", kNameMax));
  line.effective_date =
      static_cast<std::uint32_t>(reader.take_nil() ? 0 : reader.uint("effective date", UINT32_MAX));
  return line;
}

}  // namespace florin
