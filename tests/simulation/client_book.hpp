#pragma once

/// What a client has on its own disk: the commands it has thought of, and which of them have an answer. It
/// outlives the client's lives. Everything without an answer is sent again in the next life, in order.

#include <optional>
#include <string>
#include <vector>

#include "ledger/command.hpp"
#include "tests/simulation/random.hpp"

namespace florin::sim {

class World;

struct Wanted {
  std::optional<Command> command;  ///< none where it is not well-formed
  std::string wallet;
  std::string packed_malformed;    ///< as it is sent then
  std::uint16_t refused_with = 0;  ///< and what it must be answered with
  bool answered = false;
  bool is_async = false;
};

class ClientBook {
 public:
  ClientBook(World& world, std::string name, Random random, unsigned budget);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether this client holds sessions, or waits for each answer.
  [[nodiscard]] bool uses_session() const { return uses_session_; }
  /// Thinks of the next command; nothing once the budget is used up. Gives its place.
  [[nodiscard]] std::optional<std::size_t> next();
  [[nodiscard]] Wanted& at(std::size_t place) { return wanted_[place]; }
  [[nodiscard]] std::size_t size() const { return wanted_.size(); }
  [[nodiscard]] bool all_answered() const;
  void stop() { budget_ = 0; }

 private:
  [[nodiscard]] Command fresh(const std::string& wallet);
  [[nodiscard]] Command repeated(const std::string& wallet, const Command& earlier);
  [[nodiscard]] Wanted malformed(const std::string& wallet);

  World& world_;
  const std::string name_;
  Random random_;
  Random async_;  ///< so that what is asked for does not change with how
  const bool uses_session_;
  unsigned budget_;
  unsigned thought_of_ = 0;
  std::vector<Wanted> wanted_;
};

/// A command as a client packs it, with the number of its submission in its trace.
[[nodiscard]] std::string pack(const Command& command, bool is_async, std::uint64_t submission);

}  // namespace florin::sim
