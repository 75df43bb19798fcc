/// `florin dead-letters discard`: nobody has to act on these letters any more.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "tools/dead_letters.hpp"
#include "tools/exit_codes.hpp"
#include "tools/operator_name.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"

namespace florin {

namespace {

struct DiscardOptions {
  std::vector<std::uint64_t> numbers;
  std::string reason;
  std::string by;
  bool even_discarded = false;
  bool even_redriven = false;
};

int discard(const CommonOptions& common, const DiscardOptions& options) {
  const auto by = operator_name(options.by);
  if (!by) {
    print_error(by.error().detail);
    return kExitUsage;
  }
  if (options.reason.empty() || options.reason.size() > kHandlingReasonMax) {
    print_error(fmt::format("--reason must be 1 to {} bytes", kHandlingReasonMax));
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin dead-letters");
  Handle handle;
  handle.by = *by;
  handle.action = HandleAction::discard;
  handle.reason = options.reason;
  handle.even_discarded = options.even_discarded;
  handle.even_redriven = options.even_redriven;
  int exit_code = kExitOk;
  for (const std::uint64_t number : std::set(options.numbers.begin(), options.numbers.end())) {
    handle.letter = LetterNumber(number);
    const auto letter = access.tell(handle);
    if (!letter && info(letter.error().code).retry != Retry::never) {
      print_error(letter.error().detail);
      return kExitFault;
    }
    if (!letter) {
      print_error(letter.error().detail);
      exit_code = kExitRefused;
    } else if (common.json) {
      print_line(to_line(to_json(*letter)));
    } else {
      print_line(fmt::format("letter {}: discarded", number));
    }
  }
  return exit_code;
}

}  // namespace

void add_discard(CLI::App& dead_letters, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<DiscardOptions>();
  CLI::App* command =
      dead_letters.add_subcommand("discard", "say that nobody has to act on letters any more");
  command->add_option("letters", options->numbers, "numbers of letters")->required();
  command->add_option("--reason", options->reason, "why, for the record")->required();
  command->add_option("--by", options->by, "who does it, for the record; your login name by default");
  command->add_flag("--discarded", options->even_discarded,
                    "also letters that were discarded: another reason");
  command->add_flag("--redriven", options->even_redriven, "also letters that were redriven");
  command->footer(
      "\nThe letters are kept. They count as handled, and are redriven only with --discarded.\n"
      "\nExamples:\n  florin dead-letters discard 8 --reason \"port scan of our own\"\n"
      "  florin dead-letters discard 3 4 5 --reason \"posted by hand as bank:4711\" --by ann --json\n");
  command->callback(
      [&common, &action, options] { action = [&common, options] { return discard(common, *options); }; });
}

}  // namespace florin
