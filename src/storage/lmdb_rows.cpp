#include "storage/lmdb_rows.hpp"

#include "base/text.hpp"

namespace florin {

namespace {

constexpr std::string_view kFormatKey = "format";

}  // namespace

std::string big_endian(std::uint64_t value) {
  std::string key;
  append_big_endian(key, value);
  return key;
}

std::uint64_t number_or_zero(std::optional<std::string_view> bytes) {
  return bytes ? read_big_endian(*bytes) : 0;
}

void check_format(lmdb::Env& env, lmdb::Table meta, std::string_view what, std::string_view format,
                  std::string_view way_out) {
  lmdb::WriteTxn txn(env);
  const auto found = txn.get(meta, kFormatKey);
  if (found && *found != format) {
    refuse_store(fmt::format("the store of {} has format `{}`, this version reads `{}`: {}", what,
                             escape_bytes(*found), format, way_out));
  }
  if (!found) {
    txn.put(meta, kFormatKey, format);
  }
  std::move(txn).commit();
}

void refuse_row(std::string_view what, const Problem& problem) {
  refuse_store(fmt::format("a row of {} is damaged ({}): delete the directory and let it be derived anew",
                           what, problem.detail));
}

}  // namespace florin
