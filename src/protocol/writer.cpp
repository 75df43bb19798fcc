#include "protocol/writer.hpp"

#include <msgpack.hpp>

namespace florin {

/// What msgpack-cxx's packer writes to.
struct WriterAppender {
  Writer& writer;
  void write(const char* bytes, std::size_t size) { writer.append(bytes, size); }
};

namespace {

/// A packer is one pointer: making one a call costs nothing.
template <class Pack>
void pack_into(Writer& writer, Pack pack) {
  WriterAppender appender{writer};
  msgpack::packer<WriterAppender> packer(appender);
  pack(packer);
}

}  // namespace

void Writer::grow(std::size_t more) {
  constexpr std::size_t kSizeMin = 64;
  buffer_.resize(std::max({kSizeMin, 2 * buffer_.size(), size_ + more}));
}

Writer& Writer::any_array(std::size_t elements) {
  pack_into(*this, [&](auto& packer) { packer.pack_array(static_cast<std::uint32_t>(elements)); });
  return *this;
}

Writer& Writer::map(std::size_t pairs) {
  pack_into(*this, [&](auto& packer) { packer.pack_map(static_cast<std::uint32_t>(pairs)); });
  return *this;
}

Writer& Writer::any_uint(std::uint64_t value) {
  pack_into(*this, [&](auto& packer) { packer.pack(value); });
  return *this;
}

Writer& Writer::any_integer(std::int64_t value) {
  pack_into(*this, [&](auto& packer) { packer.pack(value); });
  return *this;
}

Writer& Writer::any_text(std::string_view value) {
  pack_into(*this, [&](auto& packer) {
    packer.pack_str(static_cast<std::uint32_t>(value.size()));
    packer.pack_str_body(value.data(), static_cast<std::uint32_t>(value.size()));
  });
  return *this;
}

Writer& Writer::bin(std::string_view value) {
  pack_into(*this, [&](auto& packer) {
    packer.pack_bin(static_cast<std::uint32_t>(value.size()));
    packer.pack_bin_body(value.data(), static_cast<std::uint32_t>(value.size()));
  });
  return *this;
}

}  // namespace florin
