#include "protocol/writer.hpp"

#include <msgpack.hpp>

namespace florin {

namespace {

struct Appender {
  std::string& buffer;
  void write(const char* bytes, std::size_t size) { buffer.append(bytes, size); }
};

/// A packer is one pointer: making one a call costs nothing.
template <class Pack>
void pack_into(std::string& buffer, Pack pack) {
  Appender appender{buffer};
  msgpack::packer<Appender> packer(appender);
  pack(packer);
}

}  // namespace

Writer& Writer::array(std::size_t elements) {
  pack_into(buffer_, [&](auto& packer) { packer.pack_array(static_cast<std::uint32_t>(elements)); });
  return *this;
}

Writer& Writer::map(std::size_t pairs) {
  pack_into(buffer_, [&](auto& packer) { packer.pack_map(static_cast<std::uint32_t>(pairs)); });
  return *this;
}

Writer& Writer::nil() {
  pack_into(buffer_, [](auto& packer) { packer.pack_nil(); });
  return *this;
}

Writer& Writer::uint(std::uint64_t value) {
  pack_into(buffer_, [&](auto& packer) { packer.pack(value); });
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  pack_into(buffer_, [&](auto& packer) { packer.pack(value); });
  return *this;
}

Writer& Writer::boolean(bool value) {
  pack_into(buffer_, [&](auto& packer) { packer.pack(value); });
  return *this;
}

Writer& Writer::text(std::string_view value) {
  pack_into(buffer_, [&](auto& packer) {
    packer.pack_str(static_cast<std::uint32_t>(value.size()));
    packer.pack_str_body(value.data(), static_cast<std::uint32_t>(value.size()));
  });
  return *this;
}

Writer& Writer::bin(std::string_view value) {
  pack_into(buffer_, [&](auto& packer) {
    packer.pack_bin(static_cast<std::uint32_t>(value.size()));
    packer.pack_bin_body(value.data(), static_cast<std::uint32_t>(value.size()));
  });
  return *this;
}

Writer& Writer::raw(std::string_view packed) {
  buffer_.append(packed);
  return *this;
}

}  // namespace florin
