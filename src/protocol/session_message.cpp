#include "protocol/session_message.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "protocol/reader.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kHelloElements = 6;
constexpr std::uint32_t kWelcomeElements = 7;
constexpr std::uint32_t kGoBackElements = 5;
constexpr std::size_t kKeyMax = 64;

SessionNonce read_session(Reader& reader) {
  return fixed_from<SessionNonce>(reader.bin_of(SessionNonce::kSize, "session"));
}

void read_hello_option(Reader& reader, Hello& hello, bool& seen) {
  const auto key = reader.text("option name", kKeyMax);
  if (reader.ok() && key != "first") {
    reader.fail(Code::unknown_option, fmt::format("HELLO has no option `{}`", escape_bytes(key)));
  }
  if (reader.ok() && seen) {
    reader.fail(Code::invalid_option, "option `first` is given twice");
  }
  seen = true;
  hello.first = reader.uint("first");
  if (reader.ok() && hello.first == 0) {
    reader.fail(Code::invalid_option, "numbers of SUBMIT start from 1 at the lowest");
  }
}

struct LimitRow {
  std::string_view key;
  std::uint64_t ClientLimits::*member;
};
constexpr std::array kLimits{
    LimitRow{"message_bytes_max", &ClientLimits::message_bytes_max},
    LimitRow{"commands_per_message_max", &ClientLimits::commands_per_message_max},
    LimitRow{"in_flight_commands_max", &ClientLimits::in_flight_commands_max},
};

/// A later router may tell more limits; those that this end needs must be there.
ClientLimits read_limits(Reader& reader) {
  ClientLimits limits;
  const std::uint32_t count = reader.map("limits");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const auto key = reader.text("limit name", kKeyMax);
    bool known = false;
    for (const LimitRow& row : kLimits) {
      if (row.key == key) {
        limits.*row.member = reader.uint(key);
        known = true;
      }
    }
    if (!known) {
      (void)reader.skip("limit");
    }
  }
  for (const LimitRow& row : kLimits) {
    if (reader.ok() && limits.*row.member == 0) {
      reader.fail(Code::malformed, fmt::format("limit {} is missing or 0", row.key));
    }
  }
  return limits;
}

}  // namespace

std::string encode_hello(const Hello& hello) {
  Writer writer;
  open_envelope(writer, kHelloElements, MessageType::hello)
      .bin(hello.session.view())
      .uint(hello.lowest_version)
      .uint(hello.highest_version);
  if (hello.first == 1) {
    writer.map(0);
  } else {
    writer.map(1).text("first").uint(hello.first);
  }
  return std::move(writer).take();
}

Result<Hello> decode_hello(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kHelloElements, MessageType::hello, "HELLO");
  Hello hello;
  hello.session = read_session(reader);
  hello.lowest_version = reader.uint("lowest version");
  hello.highest_version = reader.uint("highest version");
  bool seen = false;
  const std::uint32_t options = reader.map("options");
  for (std::uint32_t i = 0; i < options && reader.ok(); ++i) {
    read_hello_option(reader, hello, seen);
  }
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return hello;
}

Result<std::uint64_t> agreed_version(const Hello& hello) {
  if (hello.lowest_version > kProtocolVersion || hello.highest_version < kProtocolVersion) {
    return problem(Code::unsupported_version,
                   fmt::format("versions {} to {} are asked for, this end speaks {}", hello.lowest_version,
                               hello.highest_version, kProtocolVersion));
  }
  return kProtocolVersion;
}

std::string encode_welcome(const Welcome& welcome) {
  Writer writer;
  open_envelope(writer, kWelcomeElements, MessageType::welcome)
      .uint(welcome.version)
      .bin(welcome.session.view())
      .uint(welcome.incarnation.value())
      .uint(welcome.expected)
      .map(kLimits.size());
  for (const LimitRow& row : kLimits) {
    writer.text(row.key).uint(welcome.limits.*row.member);
  }
  return std::move(writer).take();
}

Result<Welcome> decode_welcome(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kWelcomeElements, MessageType::welcome, "WELCOME");
  Welcome welcome;
  welcome.version = reader.uint("version");
  welcome.session = read_session(reader);
  welcome.incarnation = Incarnation(reader.uint("incarnation"));
  welcome.expected = reader.uint("expected");
  welcome.limits = read_limits(reader);
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return welcome;
}

std::string encode_go_back(const GoBack& go_back) {
  Writer writer;
  open_envelope(writer, kGoBackElements, MessageType::go_back)
      .bin(go_back.session.view())
      .uint(static_cast<std::uint64_t>(go_back.code))
      .uint(go_back.expected);
  return std::move(writer).take();
}

Result<GoBack> decode_go_back(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kGoBackElements, MessageType::go_back, "GO_BACK");
  GoBack go_back;
  go_back.session = read_session(reader);
  const auto code = code_from_number(reader.uint("code"));
  if (reader.ok() && code != Code::out_of_sequence && code != Code::unknown_session) {
    reader.fail(Code::malformed, "GO_BACK bears neither out_of_sequence nor unknown_session");
  }
  go_back.code = code.value_or(Code::out_of_sequence);
  go_back.expected = reader.uint("expected");
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return go_back;
}

}  // namespace florin
