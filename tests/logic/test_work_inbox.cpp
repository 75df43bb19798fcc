#include <string>

#include "logic/work_inbox.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

std::string work_of(std::uint64_t first, std::uint64_t count) {
  Work work;
  for (std::uint64_t ticket = first; ticket < first + count; ++ticket) {
    work.items.push_back({Ticket(ticket), {}, {}, {}, "command " + std::to_string(ticket), false});
  }
  return encode_work(work);
}

void add(WorkInbox& inbox, std::string message) {
  inbox.add(view_work(message).value());
  message.assign(message.size(), '\0');  // as the socket's buffer is gone
}

TEST_CASE("An inbox keeps the commands of its messages, in order, after the messages are gone") {
  WorkInbox inbox;
  add(inbox, work_of(1, 3));
  add(inbox, work_of(4, 0));  // a message without commands
  add(inbox, work_of(4, 2));
  REQUIRE(inbox.size() == 5);
  for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) {
    CHECK(inbox[inbox.size() - 1].packed == "command 5");
    REQUIRE(inbox.front().ticket == Ticket(ticket));
    CHECK(inbox.front().packed == "command " + std::to_string(ticket));
    inbox.pop_front();
  }
  CHECK(inbox.empty());
}

TEST_CASE("An inbox that is cleared takes what comes after") {
  WorkInbox inbox;
  add(inbox, work_of(1, 3));
  inbox.pop_front();
  inbox.clear();
  CHECK(inbox.empty());
  add(inbox, work_of(7, 1));
  CHECK(inbox.front().packed == "command 7");
}

}  // namespace
}  // namespace florin::test
