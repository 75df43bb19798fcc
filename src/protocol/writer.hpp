#pragma once

/// Packs MessagePack into a buffer that can be used again. The bytes are msgpack-cxx's: every integer in its
/// shortest form, so equal values give equal bytes.

#include <cstdint>
#include <string>
#include <string_view>

namespace florin {

class Writer {
 public:
  Writer& array(std::size_t elements);
  Writer& map(std::size_t pairs);
  Writer& nil();
  Writer& uint(std::uint64_t value);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& text(std::string_view value);
  Writer& bin(std::string_view value);
  /// Bytes that are MessagePack already.
  Writer& raw(std::string_view packed);

  Writer& text_or_nil(std::string_view value) { return value.empty() ? nil() : text(value); }
  Writer& uint_or_nil(std::uint64_t value) { return value == 0 ? nil() : uint(value); }

  [[nodiscard]] std::string_view view() const { return buffer_; }
  [[nodiscard]] std::size_t size() const { return buffer_.size(); }
  [[nodiscard]] std::string take() && { return std::move(buffer_); }
  void clear() { buffer_.clear(); }

 private:
  std::string buffer_;
};

}  // namespace florin
