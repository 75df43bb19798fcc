#include "protocol/query.hpp"

#include "protocol/reader.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kQueryElements = 5;
constexpr std::uint32_t kReplyElements = 6;
constexpr std::size_t kReplyDetailMax = 4096;
constexpr std::uint32_t kQueuedElements = 3;
constexpr std::uint64_t kQueuedFormat = 1;

}  // namespace

std::string encode_query(std::uint64_t request, QueryKind kind, std::string_view parameters) {
  Writer writer;
  open_envelope(writer, kQueryElements, MessageType::query)
      .uint(request)
      .uint(static_cast<std::uint64_t>(kind))
      .raw(parameters);
  return std::move(writer).take();
}

Result<Query> decode_query(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kQueryElements, MessageType::query, "QUERY");
  Query query;
  query.request = reader.uint("request");
  query.kind = static_cast<QueryKind>(reader.uint("query kind", UINT8_MAX));
  query.parameters = reader.skip("parameters");
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return query;
}

std::string encode_reply(std::uint64_t request, std::string_view payload) {
  Writer writer;
  open_envelope(writer, kReplyElements, MessageType::reply).uint(request).uint(0).nil().raw(payload);
  return std::move(writer).take();
}

std::string encode_refusal(std::uint64_t request, const Problem& problem) {
  Writer writer;
  open_envelope(writer, kReplyElements, MessageType::reply)
      .uint(request)
      .uint(static_cast<std::uint64_t>(problem.code))
      .text_or_nil(std::string_view(problem.detail).substr(0, kReplyDetailMax))
      .nil();
  return std::move(writer).take();
}

Result<Reply> decode_reply(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kReplyElements, MessageType::reply, "REPLY");
  Reply reply;
  reply.request = reader.uint("request");
  reply.code = code_from_number(reader.uint("code")).value_or(Code::malformed);
  if (reply.code == Code::none) {
    reader.reserved("detail of an answer");
    reply.payload = reader.skip("payload");
  } else {
    reply.detail = reader.text_or_nil("detail", kReplyDetailMax);
    reader.reserved("payload of a refusal");
    reply.payload = "\xC0";
  }
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return reply;
}

void encode_position(Writer& writer, const Position& position) {
  writer.array(5)
      .bin(position.lineage.view())
      .uint(position.shard.value())
      .uint(position.ordinal.value())
      .uint(position.sequence.value())
      .bin(position.hash.view());
}

Position decode_position(Reader& reader) {
  Position position;
  reader.array_of(5, "position");
  position.lineage = fixed_from<Id128>(reader.bin_of(Id128::kSize, "lineage"));
  position.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
  position.ordinal = BatchOrdinal(reader.uint("ordinal"));
  position.sequence = SequenceNumber(reader.uint("sequence"));
  position.hash = fixed_from<Digest>(reader.bin_of(Digest::kSize, "hash"));
  return position;
}

Position position_of(const BatchHeader& header, const Digest& hash) {
  return {header.lineage, header.shard, header.ordinal, header.last_sequence, hash};
}

void encode_wallet_row(Writer& writer, const WalletRow& row) {
  writer.array(3).text(row.wallet.view()).uint(row.state.stands_at.value());
  encode_wallet_state(writer, row.state);
}

WalletRow decode_wallet_row(Reader& reader) {
  WalletRow row;
  reader.array_of(3, "wallet row");
  row.wallet = WalletId(reader.text("wallet", kNameMax));
  const SequenceNumber stands_at(reader.uint("stands at"));
  row.state = decode_wallet_state(reader);
  row.state.stands_at = stands_at;
  return row;
}

void encode_id_row(Writer& writer, const IdRow& row) {
  writer.array(4)
      .uint(static_cast<std::uint64_t>(row.id_namespace))
      .text(row.wallet.view())
      .text(row.id.view())
      .uint(row.sequence.value());
}

IdRow decode_id_row(Reader& reader) {
  IdRow row;
  reader.array_of(4, "id row");
  row.id_namespace = static_cast<IdNamespace>(reader.uint("namespace", 0));
  row.wallet = WalletId(reader.text("wallet", kNameMax));
  row.id = TransactionId(reader.text("id", kNameMax));
  row.sequence = SequenceNumber(reader.uint("sequence"));
  return row;
}

void encode_entry_row(Writer& writer, const EntryRow& row) {
  writer.array(4).uint(row.shard.value()).uint(row.entry.sequence().value()).integer(row.committed.value());
  encode_entry(writer, row.entry, row.committed);
}

Result<EntryRow> decode_entry_row(Reader& reader) {
  EntryRow row;
  reader.array_of(4, "entry row");
  row.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
  const SequenceNumber sequence(reader.uint("sequence"));
  row.committed = TimeUs(reader.integer("committed"));
  auto entry = decode_entry(reader, row.committed, sequence);
  if (!entry) {
    return tl::make_unexpected(entry.error());
  }
  row.entry = std::move(*entry);
  return row;
}

void encode_queued_row(Writer& writer, const QueuedRow& row) {
  writer.array(kQueuedElements)
      .uint(kQueuedFormat)
      .integer(row.requested.value())
      .integer(row.queued.value());
}

QueuedRow decode_queued_row(Reader& reader) {
  reader.array_of(kQueuedElements, "queued row");
  if (reader.uint("format") != kQueuedFormat && reader.ok()) {
    reader.fail(Code::unsupported_version, "a queued row of another version");
  }
  const TimeUs requested(reader.integer("requested"));
  const TimeUs queued(reader.integer("queued"));
  return {requested, queued};
}

void encode_int128(Writer& writer, Int128 value) {
  writer.array(2)
      .integer(static_cast<std::int64_t>(value >> 64))
      .uint(static_cast<std::uint64_t>(static_cast<Uint128>(value)));
}

Int128 decode_int128(Reader& reader) {
  reader.array_of(2, "128-bit integer");
  const std::int64_t high = reader.integer("high half");
  const std::uint64_t low = reader.uint("low half");
  return static_cast<Int128>((static_cast<Uint128>(high) << 64U) | low);
}

void encode_totals(Writer& writer, const Totals& totals) {
  writer.array(totals.all().size());
  for (const auto& [account, total] : totals.all()) {
    writer.array(4)
        .text(account.currency.code())
        .uint(static_cast<std::uint64_t>(account.account_class))
        .text_or_nil(account.external.view());
    encode_int128(writer, total);
  }
}

Totals decode_totals(Reader& reader) {
  Totals totals;
  const std::uint32_t count = reader.array("totals");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    reader.array_of(4, "total");
    AccountKey account;
    const auto currency = Currency::parse(reader.text("currency", 3));
    if (reader.ok() && !currency) {
      reader.fail(Code::unknown_currency, "currency of a total");
    }
    account.currency = currency.value_or(Currency());
    account.account_class = static_cast<AccountClass>(reader.uint("account class", 3));
    account.external = ExternalAccount(reader.text_or_nil("external", kNameMax));
    const Int128 total = decode_int128(reader);
    if (reader.ok() && !totals.all().empty() && account <= totals.all().rbegin()->first) {
      reader.fail(Code::malformed, "totals stand in the order of their accounts, each once");
    }
    if (reader.ok()) {
      totals.set(account, total);
    }
  }
  return totals;
}

}  // namespace florin
