#include "protocol/reader.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace florin {

namespace {

/// MessagePack's first bytes. Source: the MessagePack specification, "Formats".
constexpr unsigned kNil = 0xC0;
constexpr unsigned kFalse = 0xC2;
constexpr unsigned kTrue = 0xC3;

/// How long an element is, by its first byte; 0 where that does not tell.
constexpr std::array<std::uint8_t, 256> kSizes = [] {
  std::array<std::uint8_t, 256> sizes{};
  for (unsigned first = 0; first < sizes.size(); ++first) {
    const bool is_one_byte =
        first <= 0x7F || first >= 0xE0 || first == kNil || first == kFalse || first == kTrue;
    const bool is_short_text = first >= 0xA0 && first <= 0xBF;
    sizes[first] = is_one_byte ? 1 : is_short_text ? static_cast<std::uint8_t>(1 + (first & 0x1FU)) : 0;
  }
  sizes[0xCA] = 5;  // floats
  sizes[0xCB] = 9;
  for (unsigned power = 0; power < 4; ++power) {  // integers of 1, 2, 4 and 8 bytes
    sizes[0xCC + power] = sizes[0xD0 + power] = static_cast<std::uint8_t>(1 + (1U << power));
  }
  return sizes;
}();

}  // namespace

std::optional<Reader::Head> Reader::peek() const {
  if (rest_.empty()) {
    return std::nullopt;
  }
  const auto first = static_cast<unsigned char>(rest_[0]);
  const auto big_endian = [&](std::size_t bytes) -> std::optional<std::uint64_t> {
    if (rest_.size() < 1 + bytes) {
      return std::nullopt;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 1; i <= bytes; ++i) {
      value = (value << 8U) | static_cast<unsigned char>(rest_[i]);
    }
    return value;
  };
  const auto with_length = [&](Type type, std::size_t bytes) -> std::optional<Head> {
    const auto value = big_endian(bytes);
    return value ? std::optional(Head{type, *value, 1 + bytes}) : std::nullopt;
  };
  const auto with_sign = [&](std::size_t bytes) -> std::optional<Head> {
    const auto bits = big_endian(bytes);
    if (!bits) {
      return std::nullopt;
    }
    const auto unused = static_cast<unsigned>(64 - 8 * bytes);
    const auto value = static_cast<std::int64_t>(*bits << unused) >> unused;
    return Head{value < 0 ? Type::negative : Type::uint, static_cast<std::uint64_t>(value), 1 + bytes};
  };

  if (first <= 0x7F) return Head{Type::uint, first, 1};
  if (first >= 0xE0) {
    return Head{Type::negative, static_cast<std::uint64_t>(static_cast<std::int8_t>(first)), 1};
  }
  if (first <= 0x8F) return Head{Type::map, first & 0x0FU, 1};
  if (first <= 0x9F) return Head{Type::array, first & 0x0FU, 1};
  if (first <= 0xBF) return Head{Type::text, first & 0x1FU, 1};
  switch (first) {
    case kNil: return Head{Type::nil, 0, 1};
    case kFalse: return Head{Type::boolean, 0, 1};
    case kTrue: return Head{Type::boolean, 1, 1};
    case 0xC4: return with_length(Type::bin, 1);
    case 0xC5: return with_length(Type::bin, 2);
    case 0xC6: return with_length(Type::bin, 4);
    case 0xCC: return with_length(Type::uint, 1);
    case 0xCD: return with_length(Type::uint, 2);
    case 0xCE: return with_length(Type::uint, 4);
    case 0xCF: return with_length(Type::uint, 8);
    case 0xD0: return with_sign(1);
    case 0xD1: return with_sign(2);
    case 0xD2: return with_sign(4);
    case 0xD3: return with_sign(8);
    case 0xD9: return with_length(Type::text, 1);
    case 0xDA: return with_length(Type::text, 2);
    case 0xDB: return with_length(Type::text, 4);
    case 0xDC: return with_length(Type::array, 2);
    case 0xDD: return with_length(Type::array, 4);
    case 0xDE: return with_length(Type::map, 2);
    case 0xDF: return with_length(Type::map, 4);
    case 0xCA: return with_length(Type::floating, 4);
    case 0xCB: return with_length(Type::floating, 8);
    default: return std::nullopt;  // extensions, and the one byte that is never used
  }
}

Reader::Head Reader::take(Type wanted, std::string_view what) {
  static constexpr std::string_view kNames[] = {
      "nil", "boolean", "unsigned integer", "negative integer", "text", "binary", "array", "map", "float"};
  const auto name = [](Type type) { return kNames[static_cast<std::size_t>(type)]; };
  if (!ok()) {
    return {};
  }
  const auto head = peek();
  if (!head) {
    fail(Code::malformed, fmt::format("{}: the bytes end here or are an extension type", what));
    return {};
  }
  if (head->type != wanted) {
    fail(Code::wrong_type, fmt::format("{} must be {}, not {}", what, name(wanted), name(head->type)));
    return {};
  }
  rest_.remove_prefix(head->size);
  return *head;
}

std::string_view Reader::take_bytes(std::uint64_t count, std::string_view what) {
  if (!ok()) {
    return {};
  }
  if (count > rest_.size()) {
    fail(Code::malformed, fmt::format("{}: {} bytes announced, {} left", what, count, rest_.size()));
    return {};
  }
  const auto bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::uint32_t Reader::any_array(std::string_view what) {
  const std::uint64_t count = take(Type::array, what).value;
  // Every element takes at least a byte, so a larger count is a lie and nobody reserves memory for it.
  if (ok() && count > rest_.size()) {
    fail(Code::malformed, fmt::format("{}: {} elements announced, {} bytes left", what, count, rest_.size()));
    return 0;
  }
  return static_cast<std::uint32_t>(count);
}

void Reader::array_of(std::uint32_t elements, std::string_view what) {
  const std::uint32_t count = array(what);
  if (ok() && count != elements) {
    fail(Code::wrong_length, fmt::format("{} must have {} elements, not {}", what, elements, count));
  }
}

std::uint32_t Reader::map(std::string_view what) {
  const std::uint64_t count = take(Type::map, what).value;
  if (ok() && count > rest_.size() / 2) {
    fail(Code::malformed, fmt::format("{}: {} pairs announced, {} bytes left", what, count, rest_.size()));
    return 0;
  }
  return static_cast<std::uint32_t>(count);
}

std::uint64_t Reader::any_uint(std::string_view what) {
  return take(Type::uint, what).value;
}

std::uint64_t Reader::uint(std::string_view what, std::uint64_t max) {
  const std::uint64_t value = uint(what);
  if (ok() && value > max) {
    fail(Code::malformed, fmt::format("{} must be at most {}, not {}", what, max, value));
    return 0;
  }
  return value;
}

std::int64_t Reader::any_integer(std::string_view what) {
  const auto head = ok() ? peek() : std::nullopt;
  const bool negative = head && head->type == Type::negative;
  const std::uint64_t value = take(negative ? Type::negative : Type::uint, what).value;
  if (!negative && value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    fail(Code::malformed, fmt::format("{} does not fit 64 bits with a sign", what));
    return 0;
  }
  return static_cast<std::int64_t>(value);
}

bool Reader::boolean(std::string_view what) {
  return take(Type::boolean, what).value != 0;
}

std::string_view Reader::any_text(std::string_view what, std::size_t max_bytes) {
  const std::uint64_t length = take(Type::text, what).value;
  if (ok() && length > max_bytes) {
    fail(Code::malformed, fmt::format("{} must have at most {} bytes, not {}", what, max_bytes, length));
    return {};
  }
  return take_bytes(length, what);
}

std::string_view Reader::bin(std::string_view what, std::size_t max_bytes) {
  const std::uint64_t length = take(Type::bin, what).value;
  if (ok() && length > max_bytes) {
    fail(Code::malformed, fmt::format("{} must have at most {} bytes, not {}", what, max_bytes, length));
    return {};
  }
  return take_bytes(length, what);
}

std::string_view Reader::bin_of(std::size_t bytes, std::string_view what) {
  const auto value = bin(what, bytes);
  if (ok() && value.size() != bytes) {
    fail(Code::malformed, fmt::format("{} must have {} bytes, not {}", what, bytes, value.size()));
    return {};
  }
  return value;
}

std::string_view Reader::text_or_nil(std::string_view what, std::size_t max_bytes) {
  return take_nil() ? std::string_view{} : text(what, max_bytes);
}

std::uint64_t Reader::uint_or_nil(std::string_view what) {
  return take_nil() ? 0 : uint(what);
}

void Reader::refuse_reserved(std::string_view what) {
  if (ok()) {
    fail(Code::unsupported_version, fmt::format("{} is used, which this version does not know", what));
  }
}

/// An element ends before the next begins, so what is left of each array and map around it tells where the
/// outermost one ends.
std::string_view Reader::skip(std::string_view what) {
  constexpr std::size_t kDepthMax = 16;
  const std::string_view before = rest_;
  std::array<std::uint64_t, kDepthMax> outer;  // left of each that is around
  std::size_t depth = 0;
  std::uint64_t left = 1;
  while (ok()) {
    skip_flat(left);
    if (left == 0) {
      if (depth == 0) {
        return before.substr(0, before.size() - rest_.size());
      }
      left = outer[--depth];
      continue;
    }
    --left;
    if (const std::uint64_t elements = skip_head(what); elements > 0) {
      if (depth + 1 == kDepthMax) {
        fail(Code::malformed, fmt::format("{} is nested too deep", what));
        break;
      }
      outer[depth++] = left;
      left = elements;
    }
  }
  return {};
}

/// Elements whose first byte tells how long they are, as many as come next and are wanted.
void Reader::skip_flat(std::uint64_t& wanted) {
  const char* at = rest_.data();
  const char* const end = at + rest_.size();
  for (; wanted > 0 && at != end; --wanted) {
    const std::size_t whole = kSizes[static_cast<unsigned char>(*at)];
    if (whole == 0 || whole > static_cast<std::size_t>(end - at)) {
      break;
    }
    at += whole;
  }
  rest_ = {at, static_cast<std::size_t>(end - at)};
}

/// An element, or of an array or map the head alone, and then how many elements are in it.
std::uint64_t Reader::skip_head(std::string_view what) {
  const auto head = peek();
  if (!head) {
    fail(Code::malformed, fmt::format("{} ends early or is an extension", what));
    return 0;
  }
  rest_.remove_prefix(head->size);
  switch (head->type) {
    case Type::text:
    case Type::bin: take_bytes(head->value, what); return 0;
    case Type::array: return head->value;
    case Type::map: return head->value * 2;
    case Type::nil:
    case Type::boolean:
    case Type::uint:
    case Type::negative:
    case Type::floating: return 0;
  }
  return 0;
}

void Reader::finish() {
  if (ok() && !rest_.empty()) {
    fail(Code::trailing_bytes, fmt::format("{} bytes follow the end", rest_.size()));
  }
}

void Reader::fail(Code code, std::string detail) {
  if (ok()) {
    problem_ = Problem{code, std::move(detail)};
  }
}

}  // namespace florin
