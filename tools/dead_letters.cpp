/// `florin dead-letters list|show`: what failed, why, and its bytes.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "logic/shard_verification.hpp"
#include "runtime/log.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct LetterOptions {
  bool needs_action = false;
  std::string wallet;
  std::string letter_class;
  std::size_t limit = 100;
  std::uint64_t number = 0;
};

constexpr Owner kSink{OwnerRole::dead_letter, {}};

std::vector<std::string> table_row(const Letter& letter) {
  std::vector<std::string> row{std::to_string(letter.number.value()), iso_time(letter.arrived),
                               std::string(name(letter.letter_class)), std::string(name(letter.code()))};
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

void write_filter(Writer& writer, const LetterOptions& options) {
  writer.boolean(options.needs_action).text_or_nil(options.wallet);
  const auto wanted = letter_class_from_name(options.letter_class);
  wanted ? writer.uint(static_cast<std::uint64_t>(*wanted)) : writer.nil();
}

int list_letters(const CommonOptions& common, const LetterOptions& options) {
  StoreAccess access(common.load(), "florin dead-letters");
  Table table({"LETTER", "ARRIVED", "CLASS", "REASON", "WALLET", "KIND", "AMOUNT", "ID OR BYTES"});
  std::uint64_t last = 0;
  std::size_t shown = 0;
  bool cut = false;
  const auto read = read_pages(
      access.asker(), kSink, QueryKind::letters,
      [&](Writer& writer) {
        writer.array(5).uint(last).uint(1000);
        write_filter(writer, options);
      },
      [&](Reader& reader) {
        const Letter letter = decode_letter(reader);
        if (!reader.ok()) {
          return;
        }
        last = letter.number.value();
        cut = shown == options.limit;
        if (cut) {
          return;
        }
        ++shown;
        common.json ? print_line(to_line(to_json(letter))) : table.add(table_row(letter));
      });
  if (!read) {
    print_error(read.error().detail);
    return kExitFault;
  }
  if (!common.json) {
    print_line(table.empty() ? "no dead letters" : table.text());
    if (cut) {
      print_line(fmt::format("... and more: --limit {}", options.limit * 10));
    }
  }
  return kExitOk;
}

int show_letter(const CommonOptions& common, const LetterOptions& options) {
  StoreAccess access(common.load(), "florin dead-letters");
  Writer parameters;
  parameters.array(1).uint(options.number);
  const auto payload = access.ask(kSink, QueryKind::letter, parameters.view());
  if (!payload) {
    print_error(payload.error().detail);
    return payload.error().code == Code::not_found ? kExitRefused : kExitFault;
  }
  Reader reader(*payload);
  const Letter letter = decode_letter(reader);
  if (!reader.ok()) {
    print_error(reader.problem().detail);
    return kExitFault;
  }
  const auto json = to_json(letter);
  print_line(common.json ? to_line(json) : json.dump(2));
  return kExitOk;
}

}  // namespace

void add_dead_letters(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<LetterOptions>();
  CLI::App* command = app.add_subcommand("dead-letters", "look at what failed");
  command->require_subcommand(1);
  command->footer(
      "\nClasses: rejected (a business decision, needs no action), suspicious, malformed, failed, "
      "unapplied.\n"
      "\nExamples:\n  florin dead-letters list\n  florin dead-letters list --needs-action\n"
      "  florin dead-letters list --wallet 101 --json\n  florin dead-letters show 7\n");

  CLI::App* list = command->add_subcommand("list", "list letters in order of arrival");
  list->add_flag("--needs-action", options->needs_action, "only those that somebody should look at");
  list->add_option("--wallet", options->wallet, "only those of this wallet");
  list->add_option("--class", options->letter_class, "only those of this class")
      ->check(CLI::IsMember({"rejected", "suspicious", "malformed", "failed", "unapplied"}));
  list->add_option("--limit", options->limit, "how many at most")->capture_default_str();
  list->callback([&common, &action, options] {
    action = [&common, options] { return list_letters(common, *options); };
  });

  CLI::App* show = command->add_subcommand("show", "show one letter with its original bytes");
  show->add_option("letter", options->number, "the letter's number")->required();
  show->callback(
      [&common, &action, options] { action = [&common, options] { return show_letter(common, *options); }; });
}

}  // namespace florin
