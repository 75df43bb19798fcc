// Our reader and msgpack-cxx's unpacker see the same values in the same bytes. The only test that includes
// it.

#include <msgpack.hpp>

#include "protocol/reader.hpp"
#include "protocol/writer.hpp"
#include "tests/support/property.hpp"

namespace florin::test {
namespace {

TEST_CASE("The library's unpacker reads what our writer writes") {
  check_property("writer and unpacker agree", [](std::uint64_t natural, std::int64_t whole, bool flag,
                                                 const std::string& text, const std::string& bytes) {
    Writer writer;
    writer.array(7).uint(natural).integer(whole).boolean(flag).nil().text(text).bin(bytes);
    writer.map(1).text("key").uint(7);
    const auto handle = msgpack::unpack(writer.view().data(), writer.size());
    const auto array = handle->as<std::vector<msgpack::object>>();
    RC_ASSERT(array.size() == 7U);
    RC_ASSERT(array[0].as<std::uint64_t>() == natural);
    RC_ASSERT(array[1].as<std::int64_t>() == whole);
    RC_ASSERT(array[2].as<bool>() == flag);
    RC_ASSERT(array[3].is_nil());
    RC_ASSERT(array[4].as<std::string>() == text);
    RC_ASSERT(array[5].type == msgpack::type::BIN);
    RC_ASSERT(std::string_view(array[5].via.bin.ptr, array[5].via.bin.size) == bytes);
    RC_ASSERT((array[6].as<std::map<std::string, int>>() == std::map<std::string, int>{{"key", 7}}));
  });
}

TEST_CASE("Our reader reads what the library packs") {
  check_property("packer and reader agree", [](std::uint32_t small, std::int64_t whole, double real,
                                               const std::vector<std::string>& texts) {
    msgpack::sbuffer buffer;
    msgpack::packer<msgpack::sbuffer> packer(buffer);
    packer.pack_array(4);
    packer.pack(small);
    packer.pack(whole);
    packer.pack(real);
    packer.pack(texts);
    Reader reader(std::string_view(buffer.data(), buffer.size()));
    reader.array_of(4, "values");
    RC_ASSERT(reader.uint("small") == small);
    RC_ASSERT(reader.integer("whole") == whole);
    RC_ASSERT_FALSE(reader.skip("real").empty());
    RC_ASSERT(reader.array("texts") == texts.size());
    for (const std::string& text : texts) {
      RC_ASSERT(reader.text("text", 1000) == text);
    }
    reader.finish();
    RC_ASSERT(reader.ok());
  });
}

TEST_CASE("The library refuses and we refuse the same random bytes") {
  check_property("skip and unpacker agree on what is whole", [] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    Reader reader(bytes);
    const auto element = reader.skip("element");
    // We refuse more: extensions, and what is nested deeper than sixteen.
    if (reader.ok()) {
      std::size_t end = 0;
      (void)msgpack::unpack(bytes.data(), bytes.size(), end);
      RC_ASSERT(end == element.size());
    }
  });
}

}  // namespace
}  // namespace florin::test
