// A shard's queue while its owner changes: what is held back, what is sent again, and what is isolated.

#include "logic/shard_queue.hpp"
#include "protocol/command_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {
namespace {

using Ids = std::vector<std::string>;

struct Fixture {
  ShardQueue queue{Incarnation(5), RouterLimits{}};
  TimeUs now{1'700'000'000'000'000};
  std::uint64_t isolated = 0;

  void push(std::string_view id) {
    const Command command = deposit(id, "w", 1);
    queue.push({"client", std::nullopt, 1, 0}, command, packed(command), TimeUs(1));
  }
  /// An owner has opened the shard.
  void opened(const std::string& peer, std::uint64_t epoch) {
    queue.on_ready(peer, {ShardIndex(0), Epoch(epoch), "worker", Incarnation(0), 0, 0}, now);
  }
  [[nodiscard]] Ids sent() {
    Ids ids;
    for (const std::string& message : queue.next_work(TimeUs(1))) {
      const Work work = decode_work(message).value();
      for (const WorkItem& item : work.items) {
        Reader reader(item.packed);
        ids.emplace_back(decode_command(reader).value().command.id.view());
        isolated += item.isolated ? 1 : 0;
      }
    }
    return ids;
  }
  [[nodiscard]] std::size_t answer(std::uint64_t ticket, std::uint64_t epoch, std::uint64_t number = 1) {
    return queue
        .on_results({ShardIndex(0), Incarnation(5), Epoch(epoch), number, {{Ticket(ticket), "body"}}}, now)
        .size();
  }
};

TEST_CASE("A shard that is handed over gets no work until its next owner is ready, and then all of it") {
  Fixture f;
  f.opened("a", 1);
  f.push("1");
  f.push("2");
  CHECK(f.sent() == Ids{"1", "2"});
  f.queue.hand_over();
  f.push("3");
  CHECK(f.sent().empty());
  CHECK(f.answer(1, 1) == 1);  // it still decides what it has
  f.queue.on_ready("a", {ShardIndex(0), Epoch(1), "worker", Incarnation(5), 2, 1}, f.now);
  CHECK(f.sent().empty());
  f.opened("b", 2);
  CHECK(f.sent() == Ids{"2", "3"});
  CHECK(f.answer(2, 1) == 0);  // the old owner speaks for the past
  CHECK(f.answer(2, 2) == 1);
}

TEST_CASE("A shard that stays with its owner after all goes on where it was") {
  Fixture f;
  f.opened("a", 1);
  f.push("1");
  CHECK(f.sent() == Ids{"1"});
  f.queue.hand_over();
  f.push("2");
  CHECK(f.sent().empty());
  f.queue.stay();
  CHECK(f.sent() == Ids{"2"});
}

TEST_CASE("What was with two owners that died is sent alone, and isolated with the third") {
  Fixture f;
  f.opened("a", 1);
  f.push("1");
  f.push("2");
  CHECK(f.sent() == Ids{"1", "2"});
  f.opened("b", 2);
  CHECK(f.sent() == Ids{"1", "2"});
  f.opened("c", 3);
  CHECK(f.sent() == Ids{"1"});
  f.push("3");
  CHECK(f.sent().empty());
  SECTION("it is the one") {
    f.opened("d", 4);
    CHECK(f.sent() == Ids{"1"});
    CHECK(f.isolated == 1);
    CHECK(f.queue.status().isolated == 1);
    CHECK(f.answer(1, 4) == 1);
    CHECK(f.sent() == Ids{"2"});
    CHECK(f.answer(2, 4, 2) == 1);
    CHECK(f.sent() == Ids{"3"});
    CHECK(f.isolated == 1);
  }
  SECTION("it is the one behind") {
    CHECK(f.answer(1, 3) == 1);
    CHECK(f.sent() == Ids{"2"});
    f.opened("d", 4);
    CHECK(f.sent() == Ids{"2"});
    CHECK(f.isolated == 1);
  }
}

TEST_CASE("Neither a hand-over nor a store that was opened again counts as a death") {
  Fixture f;
  f.opened("a", 1);
  f.push("1");
  f.push("2");
  for (std::uint64_t epoch = 2; epoch < 6; ++epoch) {
    CHECK(f.sent() == Ids{"1", "2"});
    f.opened("a", epoch);
  }
  for (std::uint64_t epoch = 6; epoch < 10; ++epoch) {
    CHECK(f.sent() == Ids{"1", "2"});
    f.queue.hand_over();
    f.opened("b" + std::to_string(epoch), epoch);
  }
  CHECK(f.sent() == Ids{"1", "2"});
  CHECK(f.isolated == 0);
}

}  // namespace
}  // namespace florin::test
