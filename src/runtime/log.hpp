#pragma once

/// Log lines for people (text, coloured on a terminal) or machines (one JSON object a line). Thread-safe.
///
/// Everything that came from outside is escaped here, in one place: no sender's bytes reach a terminal or
/// break a JSON line.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/config.hpp"

namespace spdlog {
class logger;
}

namespace florin {

enum class LogLevel : std::uint8_t { info, warning, error };

struct LogField {
  std::string_view key;
  std::string value;
};

class Log {
 public:
  /// Writes to standard error.
  explicit Log(const LogSettings& settings);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// `who` is the actor, `event` one word of what happened, the fields say the rest in order; those without a
  /// value are left out.
  void line(LogLevel level, std::string_view who, std::string_view event,
            std::initializer_list<LogField> fields = {});
  void info(std::string_view who, std::string_view event, std::initializer_list<LogField> fields = {}) {
    line(LogLevel::info, who, event, fields);
  }
  void warning(std::string_view who, std::string_view event, std::initializer_list<LogField> fields = {}) {
    line(LogLevel::warning, who, event, fields);
  }
  void error(std::string_view who, std::string_view event, std::initializer_list<LogField> fields = {}) {
    line(LogLevel::error, who, event, fields);
  }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  bool json_;
  bool colour_;
};

/// `2026-11-23T04:05:06.789012Z`
[[nodiscard]] std::string iso_time(TimeUs time);

/// `text` as the inside of a JSON string: quotes, backslashes and control characters are escaped,
/// and what is no UTF-8 becomes the replacement character.
[[nodiscard]] std::string json_escape(std::string_view text);

}  // namespace florin
