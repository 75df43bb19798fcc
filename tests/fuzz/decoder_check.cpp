#include "tests/fuzz/decoder_check.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <sstream>
#include <vector>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/codes.hpp"

namespace florin::test {

namespace {

/// What a decoder made of the bytes: the refusal, or what it writes again.
struct Decoded {
  std::optional<Problem> problem;
  std::string again;

  bool operator==(const Decoded&) const = default;
};

Decoded decode(const GoldenSample& format, std::string_view bytes) {
  Decoded decoded{format.decode(bytes), {}};
  if (!decoded.problem) {
    decoded.again = format.encode_again(bytes);
  }
  return decoded;
}

/// The bytes with others behind them that are none of the decoder's business.
Decoded decode_before(const GoldenSample& format, std::string_view bytes, char neighbour) {
  constexpr std::size_t kNeighbours = 16;
  std::string memory(bytes);
  memory.append(kNeighbours, neighbour);
  return decode(format, std::string_view(memory).substr(0, bytes.size()));
}

/// The bytes in memory of exactly their size: a sanitizer sees a read of one byte too many.
Decoded decode_exact(const GoldenSample& format, std::string_view bytes) {
  const auto memory = std::make_unique<char[]>(bytes.size());  // NOLINT(*-avoid-c-arrays)
  std::copy(bytes.begin(), bytes.end(), memory.get());
  return decode(format, {memory.get(), bytes.size()});
}

/// A record's hash is over the bytes as they were; written again it is over those written.
std::string without_hash(const GoldenSample& format, std::string_view bytes) {
  std::string all(bytes);
  if (format.name.starts_with("record.") && all.size() >= Digest::kSize) {
    all.replace(all.size() - Digest::kSize, Digest::kSize, Digest::kSize, '\0');
  }
  return all;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    parts.push_back(part);
  }
  return parts;
}

bool is_unknown_code(const std::string& number) {
  std::uint64_t value = 0;
  const char* const end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end && !code_from_number(value);
}

bool same_but_for_unknown_codes(const std::string& before, const std::string& after) {
  const std::string malformed = std::to_string(static_cast<int>(Code::malformed));
  const auto befores = split(before);
  const auto afters = split(after);
  return std::equal(befores.begin(), befores.end(), afters.begin(), afters.end(),
                    [&](const std::string& one, const std::string& other) {
                      return one == other || (other == malformed && is_unknown_code(one));
                    });
}

Finding check_taken(const GoldenSample& format, std::string_view bytes, const std::string& again) {
  if (!format.decode(std::string(bytes) + '\xC0')) {
    return "a byte behind the end is taken too";
  }
  if (!format.decode(std::string(bytes.substr(0, bytes.size() - 1)))) {
    return "it is taken without its last byte too";
  }
  const Decoded second = decode_exact(format, again);
  if (second.problem) {
    return "what it writes is refused: " + second.problem->detail;
  }
  if (second.again != again) {
    return "what it writes is not written the same again: " + to_hex(again) + " then " + to_hex(second.again);
  }
  const std::string before = meaning_of(without_hash(format, bytes));
  const std::string after = meaning_of(without_hash(format, again));
  return same_but_for_unknown_codes(before, after) ? Finding()
                                                   : "something is lost: " + before + " then " + after;
}

}  // namespace

Finding check_decoder(const GoldenSample& format, std::string_view bytes) {
  const Decoded decoded = decode_before(format, bytes, '\x00');
  if (decoded != decode_before(format, bytes, '\xC0') || decoded != decode_before(format, bytes, '\xFF')) {
    return "what stands behind the bytes makes a difference";
  }
  if (decode_exact(format, bytes) != decoded) {
    return "the same bytes decode to something else the second time";
  }
  if (!decoded.problem) {
    return check_taken(format, bytes, decoded.again);
  }
  return decoded.problem->detail.empty() ? Finding("a refusal does not say why") : Finding();
}

}  // namespace florin::test
