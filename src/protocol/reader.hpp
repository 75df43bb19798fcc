#pragma once

/// Reads MessagePack element by element, where the reader says what must come next.
///
/// Why not the library's unpacker: it builds an object tree first (six times slower for our shapes, and an
/// allocation for every array), and it is the sender who then decides how much memory that takes. This
/// reader allocates nothing and never goes deeper than its caller; docs/decisions/0003 holds the figures.
///
/// The first thing that is wrong is kept and everything after it reads as zero or empty, so a decoder is a
/// plain list of reads with one `ok()` at its end. Views point into the bytes given, and live as long.
///
///     Reader reader(bytes);
///     reader.array_of(2, "pair");
///     const auto id = reader.text("id", 64);
///     const auto amount = reader.integer("amount");
///     reader.finish();
///     if (!reader.ok()) { return tl::make_unexpected(reader.problem()); }

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/problem.hpp"

namespace florin {

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}

  /// The element count. `what` names the place in errors.
  std::uint32_t array(std::string_view what) {
    if (is_next(0x90, 0x9F) && (next_byte() & 0x0FU) < rest_.size()) {
      return take_byte() & 0x0FU;
    }
    return any_array(what);
  }
  /// An array of exactly `elements`.
  void array_of(std::uint32_t elements, std::string_view what);
  /// The pair count.
  std::uint32_t map(std::string_view what);

  /// All integer widths are taken; a negative number is not unsigned.
  std::uint64_t uint(std::string_view what) {
    if (is_next(0x00, 0x7F)) {
      return take_byte();
    }
    return take_uint(what);
  }
  /// An unsigned integer of at most `max`.
  std::uint64_t uint(std::string_view what, std::uint64_t max);
  std::int64_t integer(std::string_view what) {
    if (is_next(0x00, 0x7F)) {
      return take_byte();
    }
    return any_integer(what);
  }
  bool boolean(std::string_view what);
  std::string_view text(std::string_view what, std::size_t max_bytes) {
    if (is_next(0xA0, 0xBF)) {
      const std::size_t length = next_byte() & 0x1FU;
      if (length <= max_bytes && length < rest_.size()) {
        const std::string_view bytes = rest_.substr(1, length);
        rest_.remove_prefix(1 + length);
        return bytes;
      }
    }
    return any_text(what, max_bytes);
  }
  std::string_view bin(std::string_view what, std::size_t max_bytes);
  /// Binary of exactly `bytes`.
  std::string_view bin_of(std::size_t bytes, std::string_view what);

  /// Takes a nil if one comes next.
  [[nodiscard]] bool take_nil() {
    const bool is_nil = is_next(0xC0, 0xC0);
    rest_.remove_prefix(is_nil ? 1 : 0);
    return is_nil;
  }
  /// Empty where a nil stands.
  std::string_view text_or_nil(std::string_view what, std::size_t max_bytes);
  /// 0 where a nil stands.
  std::uint64_t uint_or_nil(std::string_view what);
  /// A nil, in a place kept for something that this version does not know.
  void reserved(std::string_view what) {
    if (!take_nil()) {
      refuse_reserved(what);
    }
  }

  /// One whole element of any kind, nested no deeper than 16, as its packed bytes.
  std::string_view skip(std::string_view what);

  /// Another reader of what comes next.
  [[nodiscard]] Reader ahead() const { return Reader(rest_); }
  /// Takes what a reader that went ahead has read; gives the bytes.
  std::string_view follow(const Reader& reader_ahead) {
    const std::string_view read = rest_.substr(0, reader_ahead.position());
    rest_.remove_prefix(read.size());
    return read;
  }

  /// No bytes may follow.
  void finish();

  /// Keeps the first problem.
  void fail(Code code, std::string detail);
  [[nodiscard]] bool ok() const { return !problem_.has_value(); }
  /// Only where not ok().
  [[nodiscard]] const Problem& problem() const { return *problem_; }
  /// Bytes read so far.
  [[nodiscard]] std::size_t position() const { return size_ - rest_.size(); }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  enum class Type : std::uint8_t { nil, boolean, uint, negative, text, bin, array, map, floating };
  struct Head {
    Type type = Type::nil;
    std::uint64_t value = 0;  ///< the number, or the length or count; a negative number's bits
    std::size_t size = 0;     ///< bytes of the head itself
  };

  // What one byte says is read here, because nearly all of an entry is of that kind; the rest elsewhere.
  [[nodiscard]] unsigned char next_byte() const { return static_cast<unsigned char>(rest_.front()); }
  [[nodiscard]] bool is_next(unsigned char low, unsigned char high) const {
    return !rest_.empty() && ok() && next_byte() >= low && next_byte() <= high;
  }
  unsigned char take_byte() {
    const unsigned char byte = next_byte();
    rest_.remove_prefix(1);
    return byte;
  }
  std::uint32_t any_array(std::string_view what);
  std::uint64_t take_uint(std::string_view what) {
    constexpr unsigned char kFirst = 0xCC;  // of 1, 2, 4 and 8 bytes
    const std::size_t bytes = is_next(kFirst, 0xCF) ? std::size_t{1} << (next_byte() - kFirst) : 0;
    if (bytes == 0 || rest_.size() <= bytes) {
      return any_uint(what);
    }
    std::uint64_t value = 0;
    for (std::size_t i = 1; i <= bytes; ++i) {
      value = (value << 8U) | static_cast<unsigned char>(rest_[i]);
    }
    rest_.remove_prefix(1 + bytes);
    return value;
  }
  std::uint64_t any_uint(std::string_view what);
  std::int64_t any_integer(std::string_view what);
  std::string_view any_text(std::string_view what, std::size_t max_bytes);
  void refuse_reserved(std::string_view what);

  [[nodiscard]] std::optional<Head> peek() const;
  Head take(Type wanted, std::string_view what);
  std::string_view take_bytes(std::uint64_t count, std::string_view what);
  void skip_flat(std::uint64_t& wanted);
  std::uint64_t skip_head(std::string_view what);

  std::string_view rest_;
  std::size_t size_;
  std::optional<Problem> problem_;
};

}  // namespace florin
