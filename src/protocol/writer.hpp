#pragma once

/// Packs MessagePack into a buffer that can be used again. The bytes are msgpack-cxx's: every integer in its
/// shortest form, so equal values give equal bytes.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace florin {

class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = default;
  Writer& operator=(const Writer&) = default;
  Writer(Writer&& other) noexcept : buffer_(std::move(other.buffer_)), size_(std::exchange(other.size_, 0)) {}
  Writer& operator=(Writer&& other) noexcept {
    buffer_ = std::move(other.buffer_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Writer() = default;

  Writer& array(std::size_t elements) { return elements < 16 ? byte(0x90 | elements) : any_array(elements); }
  Writer& map(std::size_t pairs);
  Writer& nil() { return byte(0xC0); }
  Writer& uint(std::uint64_t value) { return value < 0x80 ? byte(value) : any_uint(value); }
  Writer& integer(std::int64_t value) {
    return value >= 0 && value < 0x80 ? byte(static_cast<std::uint64_t>(value)) : any_integer(value);
  }
  Writer& boolean(bool value) { return byte(value ? 0xC3 : 0xC2); }
  Writer& text(std::string_view value) {
    return value.size() < 32 ? byte(0xA0 | value.size()).raw(value) : any_text(value);
  }
  Writer& bin(std::string_view value);
  /// Bytes that are MessagePack already.
  Writer& raw(std::string_view packed) { return append(packed.data(), packed.size()); }

  Writer& text_or_nil(std::string_view value) { return value.empty() ? nil() : text(value); }
  Writer& uint_or_nil(std::uint64_t value) { return value == 0 ? nil() : uint(value); }

  [[nodiscard]] std::string_view view() const { return {buffer_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string take() && { return std::string(view()); }
  void clear() { size_ = 0; }

 private:
  // What one byte says is written here, because nearly all of an entry is of that kind; the rest elsewhere.
  Writer& byte(std::uint64_t value) {
    if (size_ == buffer_.size()) {
      grow(1);
    }
    buffer_[size_++] = static_cast<char>(value);
    return *this;
  }
  Writer& append(const char* bytes, std::size_t size) {
    if (buffer_.size() - size_ < size) {
      grow(size);
    }
    std::copy_n(bytes, size, buffer_.data() + size_);
    size_ += size;
    return *this;
  }
  void grow(std::size_t more);
  Writer& any_array(std::size_t elements);
  Writer& any_uint(std::uint64_t value);
  Writer& any_integer(std::int64_t value);
  Writer& any_text(std::string_view value);

  friend struct WriterAppender;

  std::vector<char> buffer_;  ///< all of it can be written to: a string's own append is a call for each byte
  std::size_t size_ = 0;      ///< how much of it was written
};

}  // namespace florin
