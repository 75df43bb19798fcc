#include "access/zap.hpp"
#include "base/z85.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

const std::string kReader(kCurveKeyBytes, '\x01');
const std::string kNode(kCurveKeyBytes, '\x02');
const std::string kServer(kCurveKeyBytes, '\x03');
const std::string kStranger(kCurveKeyBytes, '\x04');

std::vector<std::string> request(const std::string& domain, const std::string& key) {
  return {"1.0", "id-7", domain, "192.0.2.1", "", "CURVE", key};
}

ZapAnswer answer(const std::vector<std::string>& frames) {
  const Keys keys = Keys::parse("reader read " + to_z85(kReader) + "\nnode node " + to_z85(kNode), "keys");
  return answer_zap(frames, keys, to_z85(kServer));
}

std::string user_at(const std::string& domain, const std::string& key) {
  const ZapAnswer given = answer(request(domain, key));
  CHECK((given.frames.at(2) == "200") == given.refusal.empty());
  return given.frames.at(2) == "200" ? given.frames.at(4) : "-";
}

TEST_CASE("A known key is let in by its name where it can be told what it may not do") {
  for (const auto* door : {"front", "query"}) {
    CHECK(user_at(door, kReader) == "reader");
    CHECK(user_at(door, kNode) == "node");
    CHECK(user_at(door, kServer) == kOwnUser);
    CHECK(user_at(door, kStranger) == "-");
  }
}

TEST_CASE("Events need read, and the back end node") {
  CHECK(user_at("events", kReader) == "reader");
  CHECK(user_at("events", kNode) == "-");
  CHECK(user_at("backend", kReader) == "-");
  CHECK(user_at("backend", kNode) == "node");
  CHECK(user_at("backend", kServer) == kOwnUser);
}

TEST_CASE("A refusal says why, and the answer goes to the request") {
  const ZapAnswer stranger = answer(request("front", kStranger));
  CHECK(stranger.frames == std::vector<std::string>{"1.0", "id-7", "400", "not allowed", "", ""});
  CHECK(stranger.peer == "192.0.2.1");
  CHECK(stranger.refusal == "the key " + to_z85(kStranger) + " is not in the list of keys");
  CHECK(answer(request("backend", kReader)).refusal ==
        "reader has the roles read, and the door `backend` needs node");
}

TEST_CASE("A request that is not as it should be lets nobody in") {
  auto frames = request("front", kReader);
  frames[5] = "NULL";
  CHECK(answer(frames).frames[2] == "400");
  frames = request("front", kReader);
  frames[0] = "2.0";
  CHECK(answer(frames).frames[2] == "400");
  CHECK(answer(request("", kReader)).frames[2] == "400");
  CHECK(answer(request("front", "short")).frames[2] == "400");
  CHECK(answer({}).frames[2] == "400");
  CHECK(answer({"1.0", "id-7", "front", "192.0.2.1", "", "CURVE"}).frames[2] == "400");
}

}  // namespace
}  // namespace florin::test
