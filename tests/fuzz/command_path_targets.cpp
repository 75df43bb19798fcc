#include <algorithm>

#include "protocol/message.hpp"
#include "tests/fuzz/command_path.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/golden.hpp"

namespace florin::test {

namespace {

/// An input is a list of steps: one byte that says what, two for how many bytes follow, those bytes.
enum class Step : std::uint8_t { frame, submit, turn, fault, wait, restart };
constexpr std::uint8_t kSteps = 6;
/// The higher half of a step's first byte says who: which client, which shard.
constexpr std::uint8_t kWho = 0x10;

std::string step(Step what, std::string_view bytes = {}, unsigned who = 0) {
  std::string encoded;
  encoded.push_back(static_cast<char>(static_cast<unsigned>(what) + who * kWho));
  encoded.push_back(static_cast<char>(bytes.size() >> 8U));
  encoded.push_back(static_cast<char>(bytes.size()));
  return encoded.append(bytes);
}

void take_fault(CommandPath& path, std::uint16_t shard, std::string_view bytes) {
  const unsigned choice = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]) % 3U;
  path.fail_next_commit(shard, choice == 0 ? FaultKind::no_space : FaultKind::unknown_outcome,
                        choice == 1 ? Batch::kept : Batch::lost);
}

void take_step(CommandPath& path, std::uint8_t head, std::string_view bytes) {
  const unsigned who = head / kWho % 2;
  const std::string client = who == 0 ? "a" : "b";
  const auto shard = static_cast<std::uint16_t>(who % CommandPath::kShards);
  switch (static_cast<Step>(head % kWho % kSteps)) {
    case Step::frame: path.client_sends(client, bytes); break;
    case Step::submit: path.client_submits(client, bytes); break;
    case Step::turn: path.turn(); break;
    case Step::fault: take_fault(path, shard, bytes); break;
    case Step::wait: path.pass_ms(static_cast<std::int64_t>(bytes.size()) * 10); break;
    case Step::restart: path.restart_shard(shard); break;
  }
}

Finding run_command_path(std::string_view bytes) {
  constexpr std::size_t kHead = 3;
  CommandPath path;
  path.turn();
  while (bytes.size() >= kHead) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[1])) * 256 +
                        static_cast<unsigned char>(bytes[2]);
    const std::string_view payload = bytes.substr(kHead, length);
    take_step(path, static_cast<std::uint8_t>(bytes[0]), payload);
    bytes.remove_prefix(kHead + payload.size());
  }
  return path.settle();
}

std::string all_packed(const std::vector<Command>& commands) {
  std::string all;
  for (const Command& command : commands) {
    all += packed(command);
  }
  return all;
}

/// A session's HELLO and SUBMITs, one of them out of its turn, and the other client taking it over.
std::string session_seed() {
  const SessionNonce session = fixed_from<SessionNonce>("a session's name");
  const auto submit = [&](std::uint64_t number, const std::vector<TracedCommand>& commands) {
    return step(Step::frame, encode_submit({session, number}, commands));
  };
  const std::string greeting = encode_hello({session});
  return step(Step::frame, greeting) + submit(1, {{open_wallet("o", "w"), {}}, {deposit("d", "w", 9), {}}}) +
         step(Step::turn) + submit(3, {{payment("p3", "w", 3), {}}}) +
         submit(2, {{payment("p2", "w", 2), {}}}) + step(Step::frame, greeting, 1) + step(Step::turn);
}

std::vector<std::string> command_path_seeds() {
  const std::string opened = step(Step::submit, all_packed({open_wallet("o", "w"), deposit("d1", "w", 500),
                                                            open_wallet("o", "v"), deposit("d2", "v", 70)}));
  const std::string paid =
      step(Step::submit, all_packed({payment("p1", "w", 120), withdraw("x1", "v", 71), deposit("d1", "w", 1),
                                     advice(payment("p2", "v", 1000))}));
  const std::string kinds =
      step(Step::submit, all_packed({freeze("f", "w", FreezeScope::debits), payment("p", "w", 1),
                                     unfreeze("u", "w"), set_limits("l", "w", 50), close_wallet("c", "v")}));
  std::vector<std::string> seeds{
      session_seed(),
      opened + step(Step::turn) + paid + step(Step::turn) + step(Step::wait, "1234"),
      opened + kinds + step(Step::turn) + kinds,
      opened + step(Step::fault, "0") + paid + step(Step::turn) + step(Step::fault, "1", 1) + kinds,
      opened + step(Step::turn) + step(Step::fault, "2") + paid + step(Step::restart) + paid,
      step(Step::frame, "GET / HTTP/1.1") + opened + opened + opened + opened + paid + paid +
          step(Step::turn),
      step(Step::submit, "\x91\x01\xC0\xA1x" + all_packed({deposit("4111111111111111", "w", 1)}), 1) + opened,
  };
  for (const GoldenSample& sample : golden_samples()) {
    if (sample.name.starts_with("submit") || sample.name.starts_with("hello")) {
      seeds.push_back(step(Step::frame, sample.bytes) + step(Step::turn) +
                      step(Step::frame, sample.bytes, 1));
    }
  }
  return seeds;
}

}  // namespace

FuzzTargets command_path_targets() {
  return {{"command_path", run_command_path, command_path_seeds()}};
}

}  // namespace florin::test
