#include "runtime/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "protocol/account.hpp"
#include "runtime/clock.hpp"

namespace florin {

namespace {

constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kReset = "\x1b[0m";

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

std::string_view colour_of(LogLevel level, std::string_view event) {
  switch (level) {
    case LogLevel::info: return event == "completed" ? kGreen : std::string_view{};
    case LogLevel::warning: return kYellow;
    case LogLevel::error: return kRed;
  }
  return kRed;
}

/// Printable UTF-8 stays readable in the terminal; control characters do not get there.
std::string text_escape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0 || starts_with_control(text)) {
      const std::size_t escaped = std::max<std::size_t>(length, 1);
      for (const char c : text.substr(0, escaped)) {
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      }
      text.remove_prefix(escaped);
    } else {
      out.append(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  return out;
}

std::string time_of_day(TimeUs time) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const std::int64_t us = time.value() % kDayUs;
  return fmt::format("{:02}:{:02}:{:02}.{:06}", us / 3'600'000'000, us / 60'000'000 % 60, us / 1'000'000 % 60,
                     us % 1'000'000);
}

std::string text_line(LogLevel level, std::string_view who, std::string_view event,
                      std::initializer_list<LogField> fields, bool colour) {
  const auto paint = [&](std::string_view code) { return colour ? code : std::string_view{}; };
  const std::string_view accent = colour_of(level, event);
  std::string line =
      fmt::format("{}{}{} {:<12} {}{:<13}{}", paint(kDim), time_of_day(wall_clock()), paint(kReset), who,
                  paint(accent), event, paint(accent.empty() ? accent : kReset));
  for (const LogField& field : fields) {
    if (field.value.empty()) {
      continue;
    }
    line += field.key.empty()
                ? fmt::format(" {}", text_escape(field.value))
                : fmt::format(" {}{}={}{}", paint(kDim), field.key, paint(kReset), text_escape(field.value));
  }
  return line;
}

std::string json_line(LogLevel level, std::string_view who, std::string_view event,
                      std::initializer_list<LogField> fields) {
  std::string line =
      fmt::format(R"({{"time":"{}","level":"{}","who":"{}","event":"{}")", iso_time(wall_clock()),
                  level_name(level), json_escape(who), json_escape(event));
  for (const LogField& field : fields) {
    if (field.value.empty()) {
      continue;
    }
    line += fmt::format(R"(,"{}":"{}")", field.key.empty() ? "text" : field.key, json_escape(field.value));
  }
  return line + "}";
}

}  // namespace

Log::Log(const LogSettings& settings)
    : logger_(std::make_shared<spdlog::logger>("florin", std::make_shared<spdlog::sinks::stderr_sink_mt>())),
      json_(settings.format == LogFormat::json ||
            (settings.format == LogFormat::automatic && ::isatty(STDERR_FILENO) == 0)),
      colour_(::isatty(STDERR_FILENO) != 0 && ::getenv("NO_COLOR") == nullptr) {
  logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc));
}

Log::~Log() = default;

void Log::line(LogLevel level, std::string_view who, std::string_view event,
               std::initializer_list<LogField> fields) {
  const std::string line =
      json_ ? json_line(level, who, event, fields) : text_line(level, who, event, fields, colour_);
  logger_->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

std::string iso_time(TimeUs time) {
  const std::uint32_t day = utc_day(time);
  return fmt::format("{:04}-{:02}-{:02}T{}Z", day / 10'000, day / 100 % 100, day % 100, time_of_day(time));
}

std::string json_escape(std::string_view text) {
  constexpr std::string_view kReplacement = "\\ufffd";
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (length == 0) {
      out += kReplacement;
    } else if (byte == '"' || byte == '\\') {
      out.append(1, '\\').append(1, text.front());
    } else if (starts_with_control(text)) {
      // A C1 control's second byte is its code point.
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[length - 1]));
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace florin
