#include <florin/client.hpp>

#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

std::string refusal(const client::Settings& settings) {
  try {
    const client::Client made(settings);
  } catch (const client::Error& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("A client's keys are checked before it connects, all three") {
  client::Settings settings;
  settings.front = "tcp://127.0.0.1:1";
  CHECK(refusal(settings).empty());
  settings.secret_key = std::string(40, 'a');
  CHECK(refusal(settings).find("Settings::server_public_key is no key") == 0);
  settings.server_public_key = std::string(40, 'a');
  settings.public_key = std::string(39, 'a') + "~";
  CHECK(refusal(settings).find("Settings::public_key is no key") == 0);
  settings.public_key = std::string(40, 'a');
  settings.secret_key = std::string(41, 'a');
  CHECK(refusal(settings).find("Settings::secret_key is no key") == 0);
}

}  // namespace
}  // namespace florin::test
