#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/log.hpp"
#include "tests/runtime/stderr_capture.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

/// What a hostile sender would like to see in a terminal: a colour, a new line, C0, DEL, C1, broken UTF-8.
const std::string kHostile("a\x1b[31m\r\n\0b\x7f\xC2\x9B\x9B\xFF\"\\ \xC3\xA9", 20);

bool is_raw_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::vector<std::string> lines_of(LogFormat format, std::string value) {
  StderrCapture capture;
  Log log({format, 200});
  log.warning("router", "refused", {{"", "what"}, {"why", std::move(value)}, {"left_out", ""}});
  return capture.take_lines();
}

TEST_CASE("Instants read as ISO 8601 with their microseconds") {
  CHECK(iso_time(TimeUs(0)) == "1970-01-01T00:00:00.000000Z");
  CHECK(iso_time(TimeUs(951'782'400'000'001)) == "2000-02-29T00:00:00.000001Z");
  CHECK(iso_time(TimeUs(1'700'000'000'123'456)) == "2023-11-14T22:13:20.123456Z");
  CHECK(iso_time(TimeUs(4'107'542'399'999'999)) == "2100-02-28T23:59:59.999999Z");
}

TEST_CASE("What goes into a JSON text is escaped") {
  CHECK(json_escape("plain \xC3\xA9") == "plain \xC3\xA9");
  CHECK(json_escape("\"\\") == "\\\"\\\\");
  CHECK(json_escape(std::string_view("\0\n\x1f\x7f", 4)) == "\\u0000\\u000a\\u001f\\u007f");
  CHECK(json_escape("\xC2\x80\xC2\x9B\xC2\x9F\xC2\xA0") == "\\u0080\\u009b\\u009f\xC2\xA0");
  CHECK(json_escape("a\xFFz\xE2\x82") == "a\\ufffdz\\ufffd\\ufffd");
}

TEST_CASE("A JSON line is one object in one line whatever the value") {
  const auto lines = lines_of(LogFormat::json, kHostile);
  REQUIRE(lines.size() == 1);
  CHECK(std::none_of(lines[0].begin(), lines[0].end(), is_raw_control));
  CHECK(lines[0].find("\xC2\x9B") == std::string::npos);
  const auto json = nlohmann::json::parse(lines[0]);
  CHECK(json.at("level") == "warning");
  CHECK(json.at("who") == "router");
  CHECK(json.at("event") == "refused");
  CHECK(json.at("text") == "what");
  CHECK(json.at("why") ==
        std::string("a\x1b[31m\r\n\0b\x7f\xC2\x9B\xEF\xBF\xBD\xEF\xBF\xBD\"\\ \xC3\xA9", 24));
  CHECK(json.at("time").get<std::string>().size() == iso_time(TimeUs(0)).size());
  CHECK_FALSE(json.contains("left_out"));
}

TEST_CASE("No control character of outside reaches a text line") {
  const auto lines = lines_of(LogFormat::text, kHostile);
  REQUIRE(lines.size() == 1);
  CHECK(std::none_of(lines[0].begin(), lines[0].end(), is_raw_control));
  CHECK(
      lines[0].ends_with("router       refused       what "
                         "why=a\\x1b[31m\\x0d\\x0a\\x00b\\x7f\\xc2\\x9b\\x9b\\xff\"\\ \xC3\xA9"));
}

TEST_CASE("What is not a terminal gets JSON lines unless told otherwise") {
  CHECK(lines_of(LogFormat::automatic, "x").at(0).starts_with("{\"time\":"));
  CHECK_FALSE(lines_of(LogFormat::text, "x").at(0).starts_with("{"));
}

}  // namespace
}  // namespace florin::test
