// What the dead-letter sink answers, and what it is told about its letters.

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "logic/letter_handling.hpp"
#include "logic/queries.hpp"
#include "logic/query_reply.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kLettersParameters = 5;
constexpr std::size_t kOptionNameMax = 32;

void read_handled(Reader& reader, LetterFilter& filter) {
  filter.handled = reader.boolean("handled");
}

void read_reason(Reader& reader, LetterFilter& filter) {
  filter.reason = code_from_number(reader.uint("reason"));
  if (reader.ok() && !filter.reason) {
    reader.fail(Code::malformed, "reason is no known code");
  }
}

void read_shard(Reader& reader, LetterFilter& filter) {
  filter.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
}

struct FilterOption {
  std::string_view key;
  void (*read)(Reader&, LetterFilter&);
};
constexpr std::array kFilterOptions{
    FilterOption{"handled", read_handled},
    FilterOption{"reason", read_reason},
    FilterOption{"shard", read_shard},
};

void read_filter_option(Reader& reader, LetterFilter& filter) {
  const auto key = reader.text("option name", kOptionNameMax);
  for (const FilterOption& option : kFilterOptions) {
    if (option.key == key) {
      option.read(reader, filter);
      return;
    }
  }
  if (reader.ok()) {
    reader.fail(Code::unknown_option, fmt::format("letters has no option `{}`", escape_bytes(key)));
  }
}

/// The parameters behind `after` and `limit`. The options came later and may be left out.
LetterFilter read_filter(Reader& parameters, bool has_options) {
  LetterFilter filter;
  filter.only_needing_action = parameters.boolean("only needing action");
  if (!parameters.take_nil()) {
    filter.wallet = read_wallet(parameters);
  }
  if (!parameters.take_nil()) {
    filter.letter_class = static_cast<LetterClass>(parameters.uint("class", kLetterClasses - 1));
  }
  const std::uint32_t options = has_options ? parameters.map("options") : 0;
  for (std::uint32_t i = 0; i < options && parameters.ok(); ++i) {
    read_filter_option(parameters, filter);
  }
  return filter;
}

Payload answer_letters(const DeadLetterStore& store, Reader& parameters) {
  const std::uint32_t count = parameters.array("parameters");
  if (parameters.ok() && count != kLettersParameters && count != kLettersParameters + 1) {
    parameters.fail(Code::wrong_length, fmt::format("letters has 5 or 6 parameters, not {}", count));
  }
  const LetterNumber after(parameters.uint("after"));
  const std::size_t limit = read_limit(parameters);
  const LetterFilter filter = read_filter(parameters, count > kLettersParameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(store.letters(after, limit, filter), encode_letter); });
}

std::string pack_letter(const Letter& letter) {
  Writer writer;
  encode_letter(writer, letter);
  return std::move(writer).take();
}

Payload answer_letter(const DeadLetterStore& store, Reader& parameters) {
  parameters.array_of(1, "parameters");
  const LetterNumber number(parameters.uint("number"));
  return finished(parameters, [&]() -> Payload {
    const auto letter = store.letter(number);
    return letter ? Payload(pack_letter(*letter))
                  : problem(Code::not_found, fmt::format("there is no dead letter {}", number.value()));
  });
}

/// Past a commit whose outcome is unknown the store is opened again here: the sink itself may have nothing to
/// write for long. Nothing that it keeps in memory comes from handlings.
void recover(DeadLetterStore& store, const StoreFault& fault) {
  if (fault.kind() != FaultKind::unknown_outcome) {
    return;
  }
  try {
    store.reopen();
  } catch (const StoreFault&) {
    return;  // it stays closed, which the sink finds too; the next HANDLE tries again
  }
}

std::string reply_to_handle(DeadLetterStore& store, const Clock& clock, std::string_view bytes) {
  const auto handle = decode_handle(bytes);
  if (!handle) {
    return encode_refusal(0, handle.error());
  }
  try {
    const auto letter = store.handle(
        handle->letter, [&](const Letter& before) { return apply_handle(before, *handle, clock()); });
    return letter ? encode_reply(handle->request, pack_letter(*letter))
                  : encode_refusal(handle->request, letter.error());
  } catch (const StoreFault& fault) {
    recover(store, fault);
    return encode_refusal(handle->request, {Code::store_fault, fault.what()});
  }
}

}  // namespace

QueryHandler dead_letter_queries(DeadLetterStore& store, StatusSource status, Clock clock) {
  return [&store, status = std::move(status), clock = std::move(clock)](std::string_view bytes) {
    if (peek_message_type(bytes) == static_cast<std::uint64_t>(MessageType::handle)) {
      return reply_to_handle(store, clock, bytes);
    }
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      switch (kind) {
        case QueryKind::status: return without_parameters(parameters, status);
        case QueryKind::letters: return answer_letters(store, parameters);
        case QueryKind::letter: return answer_letter(store, parameters);
        case QueryKind::positions:
          return without_parameters(parameters, [&] { return pack_positions(plain(store.positions())); });
        default: return unknown_query(kind);
      }
    });
  };
}

}  // namespace florin
