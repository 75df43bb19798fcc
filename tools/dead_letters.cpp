/// `florin dead-letters`: what failed, why, and its bytes. What changes them is in files of its own.

#include "tools/dead_letters.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "runtime/log.hpp"
#include "tools/exit_codes.hpp"
#include "tools/letter_filter.hpp"
#include "tools/present.hpp"

namespace florin {

namespace {

constexpr std::string_view kDeadLetterExamples = R"(
Classes: rejected (a business decision, needs no action), suspicious, malformed, failed, unapplied.

Examples:
  florin dead-letters list
  florin dead-letters list --needs-action                  and that nobody has handled
  florin dead-letters list --wallet 101 --reason insufficient_funds --json
  florin dead-letters show 7
  florin dead-letters redrive 7                            a failed one: the same id is decided again
  florin dead-letters redrive 9 --class rejected           a rejected one: as a new id that names the old one
  florin dead-letters redrive --class failed --dry-run     what would be done
  florin dead-letters redrive --class rejected --wallet 101 --rate 20
  florin dead-letters discard 8 --reason "port scan of our own"
  florin dead-letters export --class rejected > letters.jsonl
)";

struct ListOptions {
  LetterChoice choice;
  std::size_t limit = 100;
  std::uint64_t number = 0;
  std::string format = "jsonl";
};

int fault_of(const Problem& problem) {
  print_error(problem.detail);
  switch (problem.code) {
    case Code::not_found: return kExitRefused;
    case Code::unknown_option:
    case Code::invalid_wallet_id: return kExitUsage;
    default: return kExitFault;
  }
}

std::vector<std::string> table_row(const Letter& letter) {
  std::vector<std::string> row{std::to_string(letter.number.value()), iso_time(letter.arrived),
                               std::string(handling_text(letter))};
  for (std::string& cell : letter_cells(letter)) {
    row.push_back(std::move(cell));
  }
  return row;
}

int list_letters(const CommonOptions& common, const ListOptions& options) {
  StoreAccess access(common.load(), "florin dead-letters");
  Table table(
      {"LETTER", "ARRIVED", "HANDLING", "CLASS", "REASON", "WALLET", "KIND", "AMOUNT", "ID OR BYTES"});
  std::uint64_t last = options.choice.after;
  std::size_t shown = 0;
  bool cut = false;
  const auto read = each_letter(access, options.choice, [&](const Letter& letter) {
    cut = shown == options.limit;
    if (cut) {
      return false;
    }
    ++shown;
    last = letter.number.value();
    common.json ? print_line(to_line(to_json(letter))) : table.add(table_row(letter));
    return true;
  });
  if (!read) {
    return fault_of(read.error());
  }
  if (!common.json) {
    print_line(table.empty() ? "no dead letters" : table.text());
    if (cut) {
      print_line(fmt::format("... and more: --cursor {}, or --limit {}", last, options.limit * 10));
    }
  }
  return kExitOk;
}

/// One page is in memory at a time, however many letters there are.
int export_letters(const CommonOptions& common, const ListOptions& options) {
  StoreAccess access(common.load(), "florin dead-letters");
  const auto read = each_letter(access, options.choice, [](const Letter& letter) {
    print_line(to_line(to_json(letter)));
    return true;
  });
  return read ? kExitOk : fault_of(read.error());
}

int show_letter(const CommonOptions& common, const ListOptions& options) {
  StoreAccess access(common.load(), "florin dead-letters");
  const auto letter = find_letter(access, LetterNumber(options.number));
  if (!letter) {
    return fault_of(letter.error());
  }
  const auto json = to_json(*letter);
  print_line(common.json ? to_line(json) : json.dump(2));
  return kExitOk;
}

void add_list_options(CLI::App& command, LetterChoice& choice) {
  command.add_flag("--needs-action", choice.needs_action,
                   "only those that somebody should look at, and that nobody has handled");
  auto* const handled = command.add_flag("--handled", choice.handled, "only those redriven or discarded");
  command.add_flag("--unhandled", choice.unhandled, "only the others")->excludes(handled);
  command.add_option("--cursor", choice.after, "only those behind this letter");
  add_choice_options(command, choice);
}

}  // namespace

void add_dead_letters(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("dead-letters", "look at what failed, and handle it");
  command->require_subcommand(1);
  command->footer(std::string(kDeadLetterExamples));

  CLI::App* list = command->add_subcommand("list", "list letters in order of arrival");
  add_list_options(*list, options->choice);
  list->add_option("--limit", options->limit, "how many at most")->capture_default_str();
  list->callback([&common, &action, options] {
    action = [&common, options] { return list_letters(common, *options); };
  });

  CLI::App* show = command->add_subcommand("show", "show one letter with its original bytes");
  show->add_option("letter", options->number, "the letter's number")->required();
  show->callback(
      [&common, &action, options] { action = [&common, options] { return show_letter(common, *options); }; });

  CLI::App* out = command->add_subcommand("export", "write letters to standard output, a JSON object a line");
  add_list_options(*out, options->choice);
  out->add_option("--format", options->format, "jsonl")
      ->check(CLI::IsMember({"jsonl"}))
      ->capture_default_str();
  out->callback([&common, &action, options] {
    action = [&common, options] { return export_letters(common, *options); };
  });

  add_redrive(*command, common, action);
  add_discard(*command, common, action);
}

}  // namespace florin
