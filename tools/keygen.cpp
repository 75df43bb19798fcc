/// `florin keygen`: keys for doors over TCP.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "access/key_file.hpp"
#include "access/key_list.hpp"
#include "ledger/names.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct KeygenOptions {
  std::string name;
  std::string roles;
  std::string list;
  std::string out;
  bool server = false;
};

std::filesystem::path beside_config(const Config& config, const std::string& name) {
  return std::filesystem::absolute(config.file).parent_path() / name;
}

/// What a client's configuration must say; the server's key may be for others to read.
std::string server_public_key(const DoorSettings& doors) {
  try {
    return doors.server_public_key.empty() ? read_key_file(doors.server_key_file).keys.public_key
                                           : doors.server_public_key;
  } catch (const AccessError&) {
    return "what `florin keygen --server` printed";
  }
}

int make_server_key(const CommonOptions& common, const KeygenOptions& options) {
  const Config config = common.load_without_keys();
  std::filesystem::path out = options.out;
  if (out.empty()) {
    out = config.doors.has_server_key() ? config.doors.server_key_file : beside_config(config, "server.key");
  }
  const NamedKey key{"server", new_key_pair()};
  write_key_file(out, key);
  const std::string file = std::filesystem::absolute(out).lexically_normal().string();
  if (common.json) {
    print_line(to_line({{"file", file}, {"public_key", key.keys.public_key}}));
    return kExitOk;
  }
  print_line(
      fmt::format("wrote {}: the secret key of this Florin. Its configuration says:\n\n"
                  "  [doors]\n  server_key_file = \"{}\"\n\n"
                  "A client's says, besides its own key (florin keygen NAME --roles submit,read):\n\n"
                  "  [doors]\n  server_public_key = \"{}\"",
                  file, file, key.keys.public_key));
  return kExitOk;
}

int make_client_key(const CommonOptions& common, const KeygenOptions& options) {
  const auto roles = parse_roles(options.roles);
  if (!is_name(options.name) || !roles) {
    print_error(
        "a key needs a name (1 to 64 characters of A-Z a-z 0-9 . _ : @ ~ -) and --roles, some of "
        "submit,read,operate,node,check");
    return kExitUsage;
  }
  const Config config = common.load_without_keys();
  const std::filesystem::path list = options.list.empty() ? config.doors.keys_file.string() : options.list;
  const std::filesystem::path out =
      options.out.empty() ? beside_config(config, options.name + ".key") : std::filesystem::path(options.out);
  if (Keys::parse(read_list_file(list), list).with_name(options.name) != nullptr) {
    print_error(fmt::format("{} has a key in {} already: take another name, or remove its line first",
                            options.name, list.string()));
    return kExitUsage;
  }
  // First what is secret: a key in the list that nobody holds would be a name that is taken for nothing.
  const NamedKey key{options.name, new_key_pair()};
  write_key_file(out, key);
  add_key(list, {{options.name, *roles}, key.keys.public_key});
  const std::string file = std::filesystem::absolute(out).lexically_normal().string();
  if (common.json) {
    print_line(to_line({{"file", file},
                        {"list", list.string()},
                        {"name", options.name},
                        {"roles", name(*roles)},
                        {"public_key", key.keys.public_key}}));
    return kExitOk;
  }
  print_line(fmt::format(
      "wrote {}: the secret key of {}, for {} alone. In {} it has the roles {}.\n"
      "Its configuration says:\n\n"
      "  [doors]\n  client_key_file = \"{}\"\n  server_public_key = \"{}\"",
      file, options.name, options.name, list.string(), name(*roles), file, server_public_key(config.doors)));
  return kExitOk;
}

}  // namespace

void add_keygen(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<KeygenOptions>();
  CLI::App* command = app.add_subcommand("keygen", "make a key for doors over TCP");
  auto* name_option = command->add_option("name", options->name, "whose key it is");
  auto* server_option = command->add_flag("--server", options->server, "make the key of this Florin");
  name_option->excludes(server_option);
  command->add_option("--roles", options->roles, "some of submit,read,operate,node,check")
      ->excludes(server_option);
  command->add_option("--list", options->list, "the list of keys, instead of the configuration's");
  command->add_option("--out", options->out, "the file of the secret key, which must not be there yet");
  command->footer(
      "\nExamples:\n  florin keygen --server\n  florin keygen shop --roles submit,read\n"
      "  florin keygen support --roles read --out /etc/florin/support.key\n");
  command->callback([&common, &action, options] {
    action = [&common, options] {
      return options->server ? make_server_key(common, *options) : make_client_key(common, *options);
    };
  });
}

}  // namespace florin
