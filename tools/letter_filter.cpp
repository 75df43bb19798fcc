#include "tools/letter_filter.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "protocol/reader.hpp"
#include "runtime/log.hpp"
#include "tools/present.hpp"

namespace florin {

namespace {

constexpr Owner kLetterSink{OwnerRole::dead_letter, {}};
constexpr std::uint64_t kPageRows = 100;

Result<std::optional<Code>> reason_of(const LetterChoice& choice) {
  if (choice.reason.empty()) {
    return std::nullopt;
  }
  for (const CodeInfo& row : codes()) {
    if (row.name == choice.reason) {
      return row.code;
    }
  }
  return problem(Code::unknown_option,
                 fmt::format("there is no reason `{}`: docs/PROTOCOL.md lists them, like insufficient_funds",
                             escape_bytes(choice.reason)));
}

void write_query(Writer& writer, const LetterChoice& choice, std::optional<Code> reason, LetterNumber after) {
  writer.array(6).uint(after.value()).uint(kPageRows).boolean(choice.needs_action).text_or_nil(choice.wallet);
  const auto wanted = letter_class_from_name(choice.letter_class);
  wanted ? writer.uint(static_cast<std::uint64_t>(*wanted)) : writer.nil();
  const bool by_handling = choice.handled || choice.unhandled;
  writer.map((by_handling ? 1U : 0U) + (reason ? 1U : 0U) + (choice.shard >= 0 ? 1U : 0U));
  if (by_handling) {
    writer.text("handled").boolean(choice.handled);
  }
  if (reason) {
    writer.text("reason").uint(static_cast<std::uint64_t>(*reason));
  }
  if (choice.shard >= 0) {
    writer.text("shard").uint(static_cast<std::uint64_t>(choice.shard));
  }
}

}  // namespace

void add_choice_options(CLI::App& command, LetterChoice& choice) {
  command.add_option("--class", choice.letter_class, "only those of this class")
      ->check(CLI::IsMember({"rejected", "suspicious", "malformed", "failed", "unapplied"}));
  command.add_option("--wallet", choice.wallet, "only those of this wallet");
  command.add_option("--reason", choice.reason, "only those with this reason, like insufficient_funds");
  command.add_option("--shard", choice.shard, "only those of this shard")->check(CLI::Range(0, 255));
}

Result<void> each_letter(StoreAccess& access, const LetterChoice& choice,
                         const std::function<bool(const Letter&)>& take) {
  const auto reason = reason_of(choice);
  if (!reason) {
    return tl::make_unexpected(reason.error());
  }
  LetterNumber last(choice.after);
  for (bool more = true; more;) {
    Writer question;
    write_query(question, choice, *reason, last);
    const auto payload = access.ask(kLetterSink, QueryKind::letters, question.view());
    if (!payload) {
      return tl::make_unexpected(payload.error());
    }
    Reader reader(*payload);
    reader.array_of(2, "page");
    const std::uint32_t count = reader.array("letters");
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
      const Letter letter = decode_letter(reader);
      last = letter.number;
      if (reader.ok() && !take(letter)) {
        return {};
      }
    }
    more = reader.boolean("more");
    if (!reader.ok()) {
      return tl::make_unexpected(reader.problem());
    }
  }
  return {};
}

Result<Letter> find_letter(StoreAccess& access, LetterNumber number) {
  Writer question;
  question.array(1).uint(number.value());
  const auto payload = access.ask(kLetterSink, QueryKind::letter, question.view());
  if (!payload) {
    return tl::make_unexpected(payload.error());
  }
  Reader reader(*payload);
  Letter letter = decode_letter(reader);
  reader.finish();
  return reader.ok() ? Result<Letter>(std::move(letter)) : tl::make_unexpected(reader.problem());
}

std::vector<std::string> letter_cells(const Letter& letter) {
  std::vector<std::string> row{std::string(name(letter.letter_class)), std::string(name(letter.code()))};
  if (letter.entry) {
    const Command& command = letter.entry->entry.command;
    row.insert(row.end(), {std::string(command.wallet.view()), std::string(name(command.kind)),
                           subject_or_dash(command), std::string(command.id.view())});
  } else {
    constexpr std::size_t kShown = 32;
    row.insert(row.end(),
               {"-", "-", "-", escape_bytes(std::string_view(letter.refused->bytes).substr(0, kShown))});
  }
  return row;
}

}  // namespace florin
