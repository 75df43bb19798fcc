#include "protocol/entry.hpp"

#include <fmt/format.h>

#include "protocol/fields.hpp"
#include "protocol/hash.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kEntryElements = 29;
constexpr std::uint32_t kSideElements = 3;
constexpr std::uint32_t kStateElements = 13;
constexpr std::uint32_t kTermsElements = 2;
constexpr std::uint32_t kSidesMax = 2;

constexpr std::uint64_t kLinkedAsRedrive = 1;

constexpr std::uint64_t kOverdrawn = 1;
constexpr std::uint64_t kUnapplied = 2;

void encode_terms(Writer& writer, const Command& command) {
  if (command.freeze == FreezeScope::none && !command.credit_limit) {
    writer.nil();
    return;
  }
  writer.array(kTermsElements).uint_or_nil(static_cast<std::uint64_t>(command.freeze));
  command.credit_limit ? writer.integer(command.credit_limit->value()) : writer.nil();
}

void decode_terms(Reader& reader, Command& command) {
  if (reader.take_nil()) {
    return;
  }
  reader.array_of(kTermsElements, "terms");
  if (!reader.take_nil()) {
    command.freeze = static_cast<FreezeScope>(reader.uint("freeze", 3));
  }
  if (!reader.take_nil()) {
    command.credit_limit = MinorUnits(reader.integer("credit limit"));
  }
}

/// A name of the journal: one that its own decoder let in.
template <class Name>
Name read_name(Reader& reader, std::string_view what) {
  return Name(reader.text_or_nil(what, kNameMax));
}

void read_link(Reader& reader, Command& command) {
  command.redrive_of = read_name<TransactionId>(reader, "linked id");
  const std::uint64_t type = reader.take_nil() ? 0 : reader.uint("link type");
  if (reader.ok() && type != (command.redrive_of.empty() ? 0 : kLinkedAsRedrive)) {
    reader.fail(Code::malformed, fmt::format("link type {}: a later version wrote this", type));
  }
}

Code read_code(Reader& reader) {
  const auto code = code_from_number(reader.uint("reason"));
  if (!code) {
    reader.fail(Code::malformed, "reason is no known code");
  }
  return code.value_or(Code::none);
}

std::int64_t since(TimeUs time, TimeUs start) {
  return time.value() - start.value();
}

TimeUs read_time(Reader& reader, TimeUs start, std::string_view what) {
  // Corrupt distances must not overflow; no honest one comes near this bound.
  constexpr std::int64_t kDistanceMax = std::int64_t{1} << 60;
  const std::int64_t distance = reader.integer(what);
  if (distance > kDistanceMax || distance < -kDistanceMax) {
    reader.fail(Code::malformed, fmt::format("{} is out of range", what));
    return start;
  }
  return start.plus(distance);
}

MinorUnits read_balance(Reader& reader, std::string_view what) {
  const std::int64_t minor = reader.integer(what);
  if (!in_balance_range(minor)) {
    reader.fail(Code::invalid_amount, fmt::format("{} is out of range", what));
    return {};
  }
  return MinorUnits(minor);
}

}  // namespace

Postings Entry::postings() const {
  return outcome == Outcome::success ? postings_of(command, external, unapplied) : Postings{};
}

Entry make_entry(const Command& command, const Provenance& provenance, TimeUs decided,
                 const Decision& decision, const Side& side) {
  Entry entry;
  entry.command = command;
  entry.provenance = provenance;
  entry.decided = decided;
  entry.outcome = decision.outcome;
  entry.reason = decision.reason;
  entry.overdrawn = decision.overdrawn;
  entry.unapplied = decision.unapplied;
  entry.external = decision.external;
  entry.sides.push_back(side);
  return entry;
}

void encode_wallet_state(Writer& writer, const WalletState& state) {
  writer.array(kStateElements)
      .uint(state.version.value())
      .uint(static_cast<std::uint64_t>(state.status))
      .uint(static_cast<std::uint64_t>(state.freeze))
      .text_or_nil(state.currency.code())
      .integer(state.balance.value())
      .integer(state.held.value())
      .integer(state.credit_limit.value())
      .uint(state.open_holds)
      .uint(state.outgoing_transfers)
      .integer(state.outgoing_amount.value())
      .nil()   // counters
      .nil()   // card
      .nil();  // limits
}

WalletState decode_wallet_state(Reader& reader) {
  WalletState state;
  reader.array_of(kStateElements, "wallet state");
  state.version = WalletVersion(reader.uint("version"));
  state.status = static_cast<WalletStatus>(reader.uint("status", 2));
  state.freeze = static_cast<FreezeScope>(reader.uint("freeze", 3));
  state.currency = read_currency_or_none(reader, "currency of an entry");
  state.balance = read_balance(reader, "balance");
  state.held = read_balance(reader, "held");
  state.credit_limit = read_balance(reader, "credit limit");
  state.open_holds = static_cast<std::uint32_t>(reader.uint("open holds", UINT32_MAX));
  state.outgoing_transfers = static_cast<std::uint32_t>(reader.uint("outgoing transfers", UINT32_MAX));
  state.outgoing_amount = read_balance(reader, "outgoing amount");
  reader.reserved("counters");
  reader.reserved("card");
  reader.reserved("limits");
  return state;
}

void encode_entry(Writer& writer, const Entry& entry, TimeUs batch_time) {
  const Command& command = entry.command;
  const Provenance& provenance = entry.provenance;
  writer.array(kEntryElements)
      .uint(static_cast<std::uint64_t>(command.kind))
      .uint(static_cast<std::uint64_t>(entry.id_namespace))
      .text(command.id.view())
      .uint(static_cast<std::uint64_t>(command.mode))
      .uint_or_nil(static_cast<std::uint64_t>(command.amount.value()))
      .text_or_nil(command.currency.code())
      .nil()  // counterparty
      .text_or_nil(command.external.view())
      .text_or_nil(entry.external == command.external ? std::string_view{} : entry.external.view())
      .text_or_nil(command.merchant.view())
      .text_or_nil(command.reference.view())
      .text_or_nil(command.redrive_of.view())  // linked id
      .uint_or_nil(command.redrive_of.empty() ? 0 : kLinkedAsRedrive)
      .nil()  // expiry
      .uint_or_nil(command.effective_date);
  encode_terms(writer, command);
  writer.text_or_nil(provenance.client.view());
  provenance.trace ? writer.bin(provenance.trace->view()) : writer.nil();
  writer.integer(since(provenance.requested, batch_time))
      .integer(since(provenance.queued, batch_time))
      .integer(since(entry.decided, batch_time))
      .nil()  // check answers
      .uint(static_cast<std::uint64_t>(entry.outcome))
      .uint(static_cast<std::uint64_t>(entry.reason))
      .uint(entry.attempt)
      .uint((entry.overdrawn ? kOverdrawn : 0) | (entry.unapplied ? kUnapplied : 0))
      .uint(content_hash(command))
      .nil();  // metadata hash
  writer.array(entry.sides.size());
  for (const Side& side : entry.sides) {
    writer.array(kSideElements).text(side.wallet.view()).uint(side.previous.value());
    encode_wallet_state(writer, side.after);
  }
}

Result<Entry> decode_entry(Reader& reader, TimeUs batch_time, SequenceNumber sequence, HashCheck content) {
  Entry entry;
  Command& command = entry.command;
  reader.array_of(kEntryElements, "entry");
  const auto kind = kind_from_number(reader.uint("kind"));
  if (reader.ok() && !kind) {
    reader.fail(Code::unknown_kind, "kind of an entry");
  }
  command.kind = kind.value_or(Kind::open);
  entry.id_namespace = static_cast<IdNamespace>(reader.uint("id namespace", 0));
  command.id = TransactionId(reader.text("id", kNameMax));
  command.mode = static_cast<Mode>(reader.uint("mode", 1));
  command.amount = MinorUnits(
      static_cast<std::int64_t>(reader.take_nil() ? 0 : reader.uint("amount", kAmountMax.value())));
  command.currency = read_currency_or_none(reader, "currency of an entry");
  reader.reserved("counterparty");
  command.external = read_name<ExternalAccount>(reader, "external");
  entry.external = read_name<ExternalAccount>(reader, "effective external");
  if (entry.external.empty()) {
    entry.external = command.external;
  }
  command.merchant = read_name<Merchant>(reader, "merchant");
  command.reference = read_name<Reference>(reader, "reference");
  read_link(reader, command);
  reader.reserved("expiry");
  command.effective_date =
      static_cast<std::uint32_t>(reader.take_nil() ? 0 : reader.uint("effective date", UINT32_MAX));
  decode_terms(reader, command);
  entry.provenance.client = read_name<ClientName>(reader, "client");
  if (!reader.take_nil()) {
    entry.provenance.trace = fixed_from<Id128>(reader.bin_of(Id128::kSize, "trace"));
  }
  entry.provenance.requested = read_time(reader, batch_time, "requested");
  entry.provenance.queued = read_time(reader, batch_time, "queued");
  entry.decided = read_time(reader, batch_time, "decided");
  reader.reserved("check answers");
  entry.outcome = static_cast<Outcome>(reader.uint("outcome", 2));
  entry.reason = read_code(reader);
  entry.attempt = static_cast<std::uint32_t>(reader.uint("attempt", UINT32_MAX));
  const std::uint64_t flags = reader.uint("flags", kOverdrawn | kUnapplied);
  entry.overdrawn = (flags & kOverdrawn) != 0;
  entry.unapplied = (flags & kUnapplied) != 0;
  const std::uint64_t hash = reader.uint("content hash");
  reader.reserved("metadata hash");
  const std::uint32_t sides = reader.array("sides");
  if (reader.ok() && (sides < 1 || sides > kSidesMax)) {
    reader.fail(Code::wrong_length, fmt::format("an entry has 1 or 2 sides, not {}", sides));
  }
  for (std::uint32_t i = 0; i < sides && reader.ok(); ++i) {
    Side side;
    reader.array_of(kSideElements, "side");
    side.wallet = WalletId(reader.text("wallet", kNameMax));
    side.previous = SequenceNumber(reader.uint("previous"));
    side.after = decode_wallet_state(reader);
    side.after.stands_at = sequence;
    entry.sides.push_back(side);
  }
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  command.wallet = entry.side().wallet;
  if (content == HashCheck::full && content_hash(command) != hash) {
    return problem(Code::malformed, "the content hash does not fit the content");
  }
  return entry;
}

bool is_packed_failure(std::string_view packed) {
  constexpr int kOutcomePlace = 22;
  Reader reader(packed);
  reader.array_of(kEntryElements, "entry");
  for (int i = 0; i < kOutcomePlace; ++i) {
    (void)reader.skip("element");
  }
  const std::uint64_t outcome = reader.uint("outcome");
  (void)reader.skip("reason");
  (void)reader.skip("attempt");
  const std::uint64_t flags = reader.uint("flags");
  return !reader.ok() || outcome != static_cast<std::uint64_t>(Outcome::success) || (flags & kUnapplied) != 0;
}

}  // namespace florin
