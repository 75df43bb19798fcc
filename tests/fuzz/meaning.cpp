#include <msgpack.hpp>
#include <set>

#include "base/text.hpp"
#include "tests/fuzz/decoder_check.hpp"

namespace florin::test {

namespace {

constexpr std::string_view kAbsent = "-";

std::string meaning(const msgpack::object& object);

std::string map_meaning(const msgpack::object_map& map) {
  std::set<std::string> pairs;
  for (std::uint32_t i = 0; i < map.size; ++i) {
    std::string pair = meaning(map.ptr[i].key) + ":" + meaning(map.ptr[i].val);
    // An option at its default is as good as none.
    if (pair != "'mode':'authorise'" && !pair.ends_with(":false")) {
      pairs.insert(std::move(pair));
    }
  }
  std::string all = "{";
  for (const std::string& pair : pairs) {
    all += pair + ",";
  }
  return all + "}";
}

std::string array_meaning(const msgpack::object_array& array) {
  std::string all = "[";
  for (std::uint32_t i = 0; i < array.size; ++i) {
    all += meaning(array.ptr[i]) + ",";
  }
  return all + "]";
}

std::string meaning(const msgpack::object& object) {
  switch (object.type) {
    case msgpack::type::NIL: return std::string(kAbsent);
    case msgpack::type::BOOLEAN: return object.via.boolean ? "true" : "false";
    case msgpack::type::POSITIVE_INTEGER:
      return object.via.u64 == 0 ? std::string(kAbsent) : std::to_string(object.via.u64);
    case msgpack::type::NEGATIVE_INTEGER: return std::to_string(object.via.i64);
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64: return "float";
    case msgpack::type::STR:
      return object.via.str.size == 0 ? std::string(kAbsent)
                                      : "'" + escape_bytes({object.via.str.ptr, object.via.str.size}) + "'";
    case msgpack::type::BIN: return "#" + to_hex({object.via.bin.ptr, object.via.bin.size});
    case msgpack::type::EXT: return "extension";
    case msgpack::type::ARRAY: return array_meaning(object.via.array);
    case msgpack::type::MAP: return map_meaning(object.via.map);
  }
  return "unknown";
}

}  // namespace

std::string meaning_of(std::string_view packed) {
  try {
    const auto handle = msgpack::unpack(packed.data(), packed.size());
    return meaning(handle.get());
  } catch (const msgpack::unpack_error& error) {
    return std::string("not MessagePack: ") + error.what();
  }
}

}  // namespace florin::test
