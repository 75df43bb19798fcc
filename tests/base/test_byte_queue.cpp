#include <deque>
#include <random>
#include <string>

#include "base/byte_queue.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

struct Kept {
  std::string_view view;
  std::string bytes;
};

TEST_CASE("What lies in a byte queue stays as it was pushed until it is popped") {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same run again
  ByteQueue queue;
  std::deque<Kept> kept;
  for (int step = 0; step < 20'000; ++step) {
    const bool grows = (step / 4'000) % 2 == 0;  // fills many blocks, then runs empty
    if (kept.empty() || random() % 10 < (grows ? 7U : 3U)) {
      const std::size_t size = random() % 200 == 0 ? 100'000 : random() % 300;
      std::string bytes(size, static_cast<char>('a' + random() % 26));
      kept.push_back({queue.push(bytes), bytes});
    } else {
      REQUIRE(kept.front().view == kept.front().bytes);
      queue.pop(kept.front().view.size());
      kept.pop_front();
    }
    if (!kept.empty()) {
      const Kept& any = kept[random() % kept.size()];
      REQUIRE(any.view == any.bytes);
    }
  }
}

TEST_CASE("A byte queue that ran empty takes a string larger than its block") {
  ByteQueue queue;
  queue.pop(queue.push("a").size());
  const std::string large(100'000, 'b');
  const std::string_view kept = queue.push(large);
  CHECK(kept == large);
  queue.pop(kept.size());
  CHECK(queue.push("c") == "c");
}

TEST_CASE("A byte queue that is emptied again and again needs one block") {
  ByteQueue queue;
  const char* const first = queue.push("0123456789").data();
  queue.pop(10);
  for (int i = 0; i < 100'000; ++i) {
    REQUIRE(queue.push("0123456789").data() == first);
    queue.pop(10);
  }
}

}  // namespace
}  // namespace florin::test
