#pragma once

/// How the tools show things: JSON for programs, aligned lines for people.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/message.hpp"
#include "protocol/query.hpp"
#include "protocol/statement.hpp"
#include "views/json_views.hpp"
#include "views/letter_views.hpp"

namespace florin {

// Wallets, transactions and letters: src/views/.
/// `wallet_currency` is that of the balance; none where the wallet was never opened.
[[nodiscard]] nlohmann::ordered_json to_json(const StatementLine& line, Currency wallet_currency);
[[nodiscard]] nlohmann::ordered_json to_json(const DailyTotal& total);
[[nodiscard]] nlohmann::ordered_json to_json(const Answer& answer);
[[nodiscard]] nlohmann::ordered_json to_json(const Totals& totals);

/// One line, without its end.
[[nodiscard]] std::string to_line(const nlohmann::ordered_json& json);

/// Columns as wide as their widest cell; the first row is the heading.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// By the first column.
  void sort();
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// What a command is about (see subject_text), or `-`.
[[nodiscard]] std::string subject_or_dash(const Command& command);
[[nodiscard]] std::string balance_text(const WalletState& state);
/// `success`, or `rejected: insufficient_funds`.
[[nodiscard]] std::string result_text(const Entry& entry);
[[nodiscard]] std::string result_text(const Answer& answer);

/// Colour on standard output, only where that is a terminal and NO_COLOR is not set.
[[nodiscard]] bool stdout_has_colour();
[[nodiscard]] std::string coloured(std::string_view text, bool good);

/// Prints to standard output with a line end.
void print_line(std::string_view line);
/// `florin: ...` on standard error.
void print_error(std::string_view what);

}  // namespace florin
