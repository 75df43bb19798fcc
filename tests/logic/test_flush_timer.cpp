#include "logic/flush_timer.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

constexpr std::int64_t kFlushUs = 100'000;

TEST_CASE("What a consumer took is committed a tenth of the time after the last of it") {
  FlushTimer timer(kFlushUs);
  CHECK_FALSE(timer.is_due(TimeUs(1'000'000)));  // nothing was taken
  timer.took(TimeUs(1'000'000));
  CHECK(timer.pending());
  CHECK_FALSE(timer.is_due(TimeUs(1'009'999)));
  timer.took(TimeUs(1'009'999));
  CHECK_FALSE(timer.is_due(TimeUs(1'019'998)));
  CHECK(timer.is_due(TimeUs(1'019'999)));
  timer.flushed();
  CHECK_FALSE(timer.pending());
  CHECK_FALSE(timer.is_due(TimeUs(9'000'000)));
}

TEST_CASE("However much more comes, what a consumer took first is committed in time") {
  FlushTimer timer(kFlushUs);
  for (std::int64_t now = 1'000'000; now < 1'000'000 + kFlushUs; now += 1'000) {
    timer.took(TimeUs(now));
    REQUIRE_FALSE(timer.is_due(TimeUs(now)));
  }
  timer.took(TimeUs(1'000'000 + kFlushUs));
  CHECK(timer.is_due(TimeUs(1'000'000 + kFlushUs)));
}

TEST_CASE("A clock that was set back ends a consumer's wait") {
  FlushTimer timer(kFlushUs);
  timer.took(TimeUs(1'000'000));
  CHECK(timer.is_due(TimeUs(999'999)));
}

TEST_CASE("A consumer that waits at all never asks without a pause") {
  CHECK(FlushTimer(0).pause_ms() == 0);
  CHECK(FlushTimer(1'000).pause_ms() == 1);
  CHECK(FlushTimer(kFlushUs).pause_ms() == 10);
}

}  // namespace
}  // namespace florin::test
