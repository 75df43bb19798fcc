#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

#include "routing/shard_of.hpp"
#include "runtime/config.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {

namespace {

/// The TOML library's test for blanks has a branch that its authors took for unreachable and that a letter
/// beyond ASCII reaches where no quotes are (3.3.0): undefined, and not to be mended from outside.
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Finding check_config(const TempDir& directory, std::string_view text) {
  const auto file = directory / "florin.toml";
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  try {
    const Config config = load_config(file);
    if (config.shards < 1 || config.shards > kShardsMax || config.data_dir.is_relative()) {
      return "a configuration out of its ranges is taken";
    }
  } catch (const ConfigError& error) {
    if (std::string_view(error.what()).find("florin.toml") == std::string_view::npos) {
      return std::string("an error does not name the file: ") + error.what();
    }
  } catch (const std::exception& error) {
    return std::string("an exception that is no ConfigError: ") + error.what();
  }
  return {};
}

std::string shipped_configuration() {
  std::ostringstream text;
  text << std::ifstream(FLORIN_SHIPPED_CONFIG, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

FuzzTargets config_targets() {
  const auto directory = std::make_shared<const TempDir>();
  const auto check = [directory](std::string_view text) {
    return is_ascii(text) ? check_config(*directory, text) : Finding();
  };
  return {{"config",
           check,
           {shipped_configuration(), "[store]\nshards = 2\n[limits]\nwork_commands_max = 7\n",
            "[endpoints]\nfront = \"tcp://127.0.0.1:7000\"\n", "[log]\nformat = \"json\"\n",
            "[[bootstrap.wallets]]\nid = \"a\"\ncurrency = \"EUR\"\ndeposit_minor = 5\n"}}};
}

}  // namespace florin::test
