#include "runtime/log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"
#include "tools/parse_time.hpp"

namespace florin::test {
namespace {

TEST_CASE("A time is read to its microsecond") {
  CHECK(parse_time("1970-01-01T00:00:00Z") == TimeUs(0));
  CHECK(parse_time("2023-11-14T22:13:20Z") == TimeUs(1'700'000'000'000'000));
  CHECK(parse_time("2023-11-14T22:13:20.5Z") == TimeUs(1'700'000'000'500'000));
  CHECK(parse_time("2023-11-14T22:13:20.000001Z") == TimeUs(1'700'000'000'000'001));
  CHECK(parse_time("2000-02-29T00:00:00Z") == TimeUs(951'782'400'000'000));
}

TEST_CASE("A time that is shown is read back as the same") {
  for (const std::int64_t us : {std::int64_t{1}, std::int64_t{999'999}, std::int64_t{1'700'000'000'123'456},
                                std::int64_t{253'402'300'799'999'999}}) {
    CHECK(parse_time(iso_time(TimeUs(us))) == TimeUs(us));
  }
}

TEST_CASE("A duration is a number of days, hours or minutes") {
  CHECK(parse_duration_us("90d") == 90 * 86'400'000'000);
  CHECK(parse_duration_us("12h") == 12 * 3'600'000'000);
  CHECK(parse_duration_us("30m") == 30 * 60'000'000);
  for (const auto* text :
       {"", "d", "90", "90s", "0d", "-1d", "1.5d", " 1d", "1 d", "3654d", "99999999999999999999d"}) {
    INFO(text);
    CHECK_FALSE(parse_duration_us(text).has_value());
  }
}

TEST_CASE("What is no time in UTC is refused") {
  for (const auto* text :
       {"", "now", "2026-11-23", "2026-11-23T12:00:00", "2026-11-23 12:00:00Z", "2026-11-23T12:00:00+01:00",
        "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00.1234567Z", "2026-11-23T12:00:00ZZ",
        "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T12:00:60Z",
        "2026-1-1T0:0:0Z", " 2026-11-23T12:00:00Z", "1969-12-31T23:59:59Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text).has_value());
  }
}

}  // namespace
}  // namespace florin::test
