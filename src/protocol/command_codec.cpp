#include "protocol/command_codec.hpp"

#include <fmt/format.h>

#include <array>

#include "base/invariant.hpp"
#include "base/text.hpp"

namespace florin {

namespace {

constexpr std::size_t kKeyMax = 32;

/// Elements of a command of this kind, the kind and the options included.
std::uint32_t elements_of(Kind kind) {
  switch (kind) {
    case Kind::open: return 5;
    case Kind::deposit:
    case Kind::withdraw:
    case Kind::payment: return 6;
    case Kind::freeze:
    case Kind::set_limits: return 5;
    case Kind::unfreeze:
    case Kind::close: return 4;
  }
  invariant(false, "a kind is one of its enumerators");
  return 0;
}

/// Whether reading goes on: what looks like a card number is not kept. For a text that a refusal would quote
/// this goes first.
bool is_no_card_number(Reader& reader, std::string_view what, std::string_view text) {
  if (reader.ok() && looks_like_card_number(text)) {
    reader.fail(Code::card_number_as_id, fmt::format("{} looks like a card number", what));
  }
  return reader.ok();
}

/// A wallet id or a transaction id.
template <class Name>
void read_id(Reader& reader, std::string_view what, Code invalid, Name& id) {
  constexpr std::size_t kReadMax = 4096;
  constexpr std::size_t kShownMax = 80;
  const auto text = reader.text(what, kReadMax);
  if (!is_no_card_number(reader, what, text)) {
    return;
  }
  if (!is_name(text)) {
    reader.fail(invalid, fmt::format("{} is `{}`", what, escape_bytes(text.substr(0, kShownMax))));
  } else {
    id = Name(text);
  }
}

void read_amount(Reader& reader, Command& command) {
  // A float, a text or a number beyond 64 bits is not a broken message but an amount nobody may send.
  const auto packed = reader.skip("amount");
  if (!reader.ok()) {
    return;
  }
  Reader number(packed);
  const std::int64_t amount = number.integer("amount");
  if (!number.ok()) {
    reader.fail(Code::invalid_amount, number.problem().detail);
    return;
  }
  if (amount < 1 || amount > kAmountMax.value()) {
    reader.fail(Code::invalid_amount, fmt::format("amount is {}", amount));
    return;
  }
  command.amount = MinorUnits(amount);
}

void read_currency(Reader& reader, Command& command) {
  const auto text = reader.text("currency", 4096);
  if (!reader.ok()) {
    return;
  }
  const auto currency = Currency::parse(text);
  if (!currency) {
    reader.fail(Code::unknown_currency, fmt::format("currency is `{}`", escape_bytes(text.substr(0, 16))));
    return;
  }
  command.currency = *currency;
}

void read_scope(Reader& reader, Command& command) {
  const auto scope = reader.uint("scope");
  if (reader.ok() && (scope < 1 || scope > 3)) {
    reader.fail(Code::invalid_option,
                fmt::format("scope is {}, not 1 (debits), 2 (credits) or 3 (all)", scope));
    return;
  }
  command.freeze = static_cast<FreezeScope>(scope);
}

void read_mode(Reader& reader, TracedCommand& traced) {
  const auto mode = reader.text("mode", kKeyMax);
  if (mode == name(Mode::advise)) {
    traced.command.mode = Mode::advise;
  } else if (reader.ok() && mode != name(Mode::authorise)) {
    reader.fail(Code::invalid_option, "mode is neither `authorise` nor `advise`");
  }
}

void read_external(Reader& reader, TracedCommand& traced) {
  const auto text = reader.text("external", kNameMax);
  if (is_no_card_number(reader, "external", text) && !is_open_external_account(text)) {
    reader.fail(Code::invalid_option,
                fmt::format("external `{}` is no account that clients may name", escape_bytes(text)));
    return;
  }
  traced.command.external = ExternalAccount(text);
}

std::string_view read_label(Reader& reader, std::string_view key) {
  const auto text = reader.text(key, kNameMax);
  if (reader.ok() && !is_label(text)) {
    reader.fail(Code::invalid_option, fmt::format("{} must be 1 to 64 bytes of printable UTF-8", key));
  }
  return reader.ok() ? text : std::string_view{};
}

void read_merchant(Reader& reader, TracedCommand& traced) {
  traced.command.merchant = Merchant(read_label(reader, "merchant"));
}

void read_reference(Reader& reader, TracedCommand& traced) {
  const auto text = read_label(reader, "reference");
  if (is_no_card_number(reader, "reference", text)) {
    traced.command.reference = Reference(text);
  }
}

void read_trace(Reader& reader, TracedCommand& traced) {
  traced.trace = fixed_from<Id128>(reader.bin_of(Id128::kSize, "trace"));
}

void read_async(Reader& reader, TracedCommand& traced) {
  traced.is_async = reader.boolean("async");
}

bool is_calendar_date(std::uint64_t yyyymmdd) {
  constexpr std::array<unsigned, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto year = yyyymmdd / 10000;
  const auto month = yyyymmdd / 100 % 100;
  const auto day = yyyymmdd % 100;
  if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1) {
    return false;
  }
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (leap && month == 2 ? 1U : 0U);
}

void read_effective_date(Reader& reader, TracedCommand& traced) {
  const auto date = reader.uint("effective_date");
  if (reader.ok() && !is_calendar_date(date)) {
    reader.fail(Code::invalid_option, fmt::format("effective_date {} is no day of the form yyyymmdd", date));
    return;
  }
  traced.command.effective_date = static_cast<std::uint32_t>(date);
}

void read_credit_limit(Reader& reader, TracedCommand& traced) {
  const auto limit = reader.uint("credit_limit");
  if (reader.ok() && limit > static_cast<std::uint64_t>(kAmountMax.value())) {
    reader.fail(Code::invalid_option, "credit_limit must be 0 to 9007199254740991 minor units");
    return;
  }
  traced.command.credit_limit = MinorUnits(static_cast<std::int64_t>(limit));
}

void read_redrive(Reader& reader, TracedCommand& traced) {
  traced.redrive = reader.boolean("redrive");
}

void read_redrive_of(Reader& reader, TracedCommand& traced) {
  read_id(reader, "redrive_of", Code::invalid_transaction_id, traced.command.redrive_of);
  if (reader.ok() && traced.command.redrive_of == traced.command.id) {
    reader.fail(Code::invalid_option, "redrive_of is the command's own id: it names another one");
  }
}

bool any_kind(Kind) {
  return true;
}
bool is_payment(Kind kind) {
  return kind == Kind::payment;
}
bool has_credit_limit(Kind kind) {
  return kind == Kind::open || kind == Kind::set_limits;
}

struct OptionRule {
  std::string_view key;
  bool (*belongs_to)(Kind);
  void (*read)(Reader&, TracedCommand&);
};

constexpr std::array kOptions{
    OptionRule{"async", any_kind, read_async},
    OptionRule{"credit_limit", has_credit_limit, read_credit_limit},
    OptionRule{"effective_date", any_kind, read_effective_date},
    OptionRule{"external", moves_money, read_external},
    OptionRule{"merchant", is_payment, read_merchant},
    OptionRule{"mode", moves_money, read_mode},
    OptionRule{"redrive", any_kind, read_redrive},
    OptionRule{"redrive_of", any_kind, read_redrive_of},
    OptionRule{"reference", any_kind, read_reference},
    OptionRule{"trace", any_kind, read_trace},
};

void read_option(Reader& reader, TracedCommand& traced, unsigned& seen) {
  const auto key = reader.text("option name", kKeyMax);
  if (!reader.ok()) {
    return;
  }
  for (std::size_t i = 0; i < kOptions.size(); ++i) {
    if (kOptions[i].key == key && kOptions[i].belongs_to(traced.command.kind)) {
      if ((seen & (1U << i)) != 0) {
        reader.fail(Code::invalid_option, fmt::format("option `{}` is given twice", key));
        return;
      }
      seen |= 1U << i;
      kOptions[i].read(reader, traced);
      return;
    }
  }
  reader.fail(Code::unknown_option,
              fmt::format("option `{}` does not exist for {}", escape_bytes(key), name(traced.command.kind)));
}

void read_options(Reader& reader, TracedCommand& traced) {
  unsigned seen = 0;
  const std::uint32_t count = reader.map("options");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    read_option(reader, traced, seen);
  }
  if (traced.command.kind == Kind::set_limits && !traced.command.credit_limit) {
    reader.fail(Code::invalid_option, "set_limits needs the option credit_limit");
  }
}

}  // namespace

Result<TracedCommand> decode_command(Reader& reader) {
  TracedCommand traced;
  Command& command = traced.command;
  const std::uint32_t elements = reader.array("command");
  if (reader.ok() && elements == 0) {
    reader.fail(Code::wrong_length, "command must start with its kind");
  }
  const std::uint64_t number = reader.uint("kind");
  const auto kind = kind_from_number(number);
  if (reader.ok() && !kind) {
    reader.fail(Code::unknown_kind, fmt::format("kind is {}", number));
  }
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  command.kind = *kind;
  if (elements != elements_of(*kind)) {
    reader.fail(Code::wrong_length,
                fmt::format("{} has {} elements, not {}", name(*kind), elements_of(*kind), elements));
  }
  read_id(reader, "id", Code::invalid_transaction_id, command.id);
  read_id(reader, "wallet", Code::invalid_wallet_id, command.wallet);
  if (moves_money(*kind)) {
    read_amount(reader, command);
  }
  if (names_currency(*kind)) {
    read_currency(reader, command);
  }
  if (*kind == Kind::freeze) {
    read_scope(reader, command);
  }
  read_options(reader, traced);
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return traced;
}

void encode_command(Writer& writer, const TracedCommand& traced) {
  const Command& command = traced.command;
  writer.array(elements_of(command.kind))
      .uint(static_cast<std::uint64_t>(command.kind))
      .text(command.id.view())
      .text(command.wallet.view());
  if (moves_money(command.kind)) {
    writer.integer(command.amount.value());
  }
  if (names_currency(command.kind)) {
    writer.text(command.currency.code());
  }
  if (command.kind == Kind::freeze) {
    writer.uint(static_cast<std::uint64_t>(command.freeze));
  }
  const bool advises = command.mode == Mode::advise;
  writer.map(std::size_t{traced.is_async} + (command.credit_limit.has_value() ? 1U : 0U) +
             (command.effective_date != 0 ? 1U : 0U) + (command.external.empty() ? 0U : 1U) +
             (command.merchant.empty() ? 0U : 1U) + (advises ? 1U : 0U) + (traced.redrive ? 1U : 0U) +
             (command.redrive_of.empty() ? 0U : 1U) + (command.reference.empty() ? 0U : 1U) +
             (traced.trace.has_value() ? 1U : 0U));
  if (traced.is_async) {
    writer.text("async").boolean(true);
  }
  if (command.credit_limit) {
    writer.text("credit_limit").integer(command.credit_limit->value());
  }
  if (command.effective_date != 0) {
    writer.text("effective_date").uint(command.effective_date);
  }
  if (!command.external.empty()) {
    writer.text("external").text(command.external.view());
  }
  if (!command.merchant.empty()) {
    writer.text("merchant").text(command.merchant.view());
  }
  if (advises) {
    writer.text("mode").text(name(command.mode));
  }
  if (traced.redrive) {
    writer.text("redrive").boolean(true);
  }
  if (!command.redrive_of.empty()) {
    writer.text("redrive_of").text(command.redrive_of.view());
  }
  if (!command.reference.empty()) {
    writer.text("reference").text(command.reference.view());
  }
  if (traced.trace) {
    writer.text("trace").bin(traced.trace->view());
  }
}

}  // namespace florin
