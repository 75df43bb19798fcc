/// `florin token`: tokens of HTTP callers.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "access/token_list.hpp"
#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "tools/exit_codes.hpp"
#include "tools/parse_time.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct TokenOptions {
  std::string name;
  std::string roles;
  std::string expires;
};

std::string time_or_never(const std::optional<TimeUs>& time) {
  return time ? iso_time(*time) : "never";
}

int create(const CommonOptions& common, const TokenOptions& options) {
  const auto roles = parse_roles(options.roles);
  if (!roles) {
    print_error("--roles names some of submit,read,operate, each once: --roles submit,read");
    return kExitUsage;
  }
  const auto lasts_us =
      options.expires.empty() ? std::optional<std::int64_t>() : parse_duration_us(options.expires);
  if (!lasts_us && !options.expires.empty()) {
    print_error("--expires is a whole number of days, hours or minutes from now: 90d, 12h, 30m");
    return kExitUsage;
  }
  const TimeUs now = wall_clock();
  const auto expires = lasts_us ? std::optional(now.plus(*lasts_us)) : std::nullopt;
  const Config config = common.load_without_keys();
  const std::string secret = create_token(config.doors.tokens_file, {options.name, *roles}, now, expires);
  if (common.json) {
    print_line(to_line({{"token", secret},
                        {"name", options.name},
                        {"roles", name(*roles)},
                        {"expires", time_or_never(expires)}}));
    return kExitOk;
  }
  print_line(fmt::format(
      "{}\n\nThis is shown once; {} keeps only its hash. {} has the roles {} and expires: {}.\n"
      "Callers send it as a header:  Authorization: Bearer TOKEN",
      secret, config.doors.tokens_file.string(), options.name, name(*roles), time_or_never(expires)));
  return kExitOk;
}

int list(const CommonOptions& common) {
  const std::filesystem::path file = common.load_without_keys().doors.tokens_file;
  const Tokens tokens = Tokens::parse(read_list_file(file), file);
  const TimeUs now = wall_clock();
  Table table({"NAME", "ROLES", "CREATED", "EXPIRES", "STATE"});
  for (const Token& token : tokens.all()) {
    const std::string roles = name(token.caller.roles);
    const std::string state = token.is_valid(now) ? "valid" : "expired";
    if (common.json) {
      print_line(to_line({{"name", token.caller.name},
                          {"roles", roles},
                          {"created", iso_time(token.created)},
                          {"expires", time_or_never(token.expires)},
                          {"state", state}}));
    }
    table.add({token.caller.name, roles, iso_time(token.created), time_or_never(token.expires), state});
  }
  if (!common.json) {
    print_line(table.empty() ? fmt::format("{} holds no tokens", file.string()) : table.text());
  }
  return kExitOk;
}

int revoke(const CommonOptions& common, const TokenOptions& options) {
  const std::filesystem::path file = common.load_without_keys().doors.tokens_file;
  if (!revoke_token(file, options.name)) {
    print_error(fmt::format("{} has no token in {}", options.name, file.string()));
    return kExitRefused;
  }
  print_line(common.json ? to_line({{"revoked", options.name}})
                         : fmt::format("{} has no token any more; a running gateway knows within a second",
                                       options.name));
  return kExitOk;
}

}  // namespace

void add_token(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<TokenOptions>();
  CLI::App* token = app.add_subcommand("token", "make, list and revoke tokens of HTTP callers");
  token->require_subcommand(1);
  CLI::App* creating = token->add_subcommand("create", "make a token and show it, once");
  creating->add_option("name", options->name, "whose token it is")->required();
  creating->add_option("--roles", options->roles, "some of submit,read,operate")->required();
  creating->add_option("--expires", options->expires, "from now: 90d, 12h, 30m; without it: never");
  creating->callback(
      [&common, &action, options] { action = [&common, options] { return create(common, *options); }; });
  CLI::App* listing = token->add_subcommand("list", "show whose tokens there are");
  listing->callback([&common, &action] { action = [&common] { return list(common); }; });
  CLI::App* revoking = token->add_subcommand("revoke", "take a token back");
  revoking->add_option("name", options->name, "whose token it is")->required();
  revoking->callback(
      [&common, &action, options] { action = [&common, options] { return revoke(common, *options); }; });
  token->footer(
      "\nExamples:\n  florin token create shop --roles submit,read --expires 90d\n  florin token list\n"
      "  florin token revoke shop\n");
}

}  // namespace florin
