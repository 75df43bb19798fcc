#include "storage/shard_disk.hpp"

#include "protocol/reader.hpp"

namespace florin {

void encode_derived_mark(Writer& writer, const DerivedMark& mark) {
  writer.array(6).uint(kDerivedVersion).uint(mark.totals_at.value()).uint(mark.wallets_at.value());
  writer.uint(mark.ids_at.value()).uint(mark.next_partition).uint(mark.cycle);
}

DerivedMark decode_derived_mark(Reader& reader) {
  DerivedMark mark;
  reader.array_of(6, "mark of the derived tables");
  if (reader.uint("version") != kDerivedVersion) {
    reader.fail(Code::unsupported_version, "derived tables of another version");
  }
  mark.totals_at = BatchOrdinal(reader.uint("totals"));
  mark.wallets_at = BatchOrdinal(reader.uint("wallets"));
  mark.ids_at = BatchOrdinal(reader.uint("ids"));
  mark.next_partition = static_cast<std::uint16_t>(reader.uint("next partition", UINT16_MAX));
  mark.cycle = reader.uint("cycle");
  return mark;
}

}  // namespace florin
