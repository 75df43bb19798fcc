#include "storage/data_directory.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <map>
#include <string>

#include "base/text.hpp"
#include "storage/directory_lock.hpp"
#include "storage/fault.hpp"
#include "storage/sync.hpp"

namespace florin {

namespace {

constexpr unsigned kStoreFormat = 1;

std::filesystem::path facts_file(const std::filesystem::path& path) {
  return path / "florin.store";
}

std::string facts_text(const StoreFacts& facts) {
  return fmt::format("format {}\nshards {}\nlineage {}\n", kStoreFormat, facts.shards,
                     to_hex(facts.lineage.view()));
}

/// Complete or not there: written beside, synced, renamed, and the directory synced.
void write_facts(const std::filesystem::path& path, const StoreFacts& facts) {
  const auto beside = path / "florin.store.new";
  {
    std::ofstream file(beside, std::ios::trunc);
    file << facts_text(facts);
    if (!file.flush()) {
      refuse_store(fmt::format("cannot write {}", beside.string()));
    }
  }
  sync_file(beside);
  std::filesystem::rename(beside, facts_file(path));
  sync_directory(path);
}

unsigned to_number(const std::string& text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Id128 to_lineage(const std::string& hex) {
  Id128 lineage;
  for (std::size_t i = 0; i < Id128::kSize && 2 * i + 2 <= hex.size(); ++i) {
    unsigned byte = 0;
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, byte, 16);
    lineage.bytes[i] = static_cast<unsigned char>(byte);
  }
  return lineage;
}

StoreFacts read_facts(const std::filesystem::path& path) {
  std::ifstream file(facts_file(path));
  std::map<std::string, std::string> lines;
  std::string key;
  std::string value;
  while (file >> key >> value) {
    lines[key] = value;
  }
  if (to_number(lines["format"]) != kStoreFormat) {
    refuse_store(
        fmt::format("{} has format `{}`; this version of florin reads format {}. Use the version that "
                    "wrote it",
                    facts_file(path).string(), escape_bytes(lines["format"]), kStoreFormat));
  }
  const unsigned shards = to_number(lines["shards"]);
  if (shards < 1 || shards > kStoredShardsMax || lines["lineage"].size() != 2 * Id128::kSize) {
    refuse_store(fmt::format("{} is damaged: restore it from a backup", facts_file(path).string()));
  }
  return {to_lineage(lines["lineage"]), static_cast<std::uint16_t>(shards)};
}

}  // namespace

DataDirectory DataDirectory::open_or_create(const std::filesystem::path& path, std::uint16_t shards,
                                            const Id128& new_lineage) {
  {
    // Two nodes that start at once must not make two stores of it.
    constexpr std::uint32_t kPatienceMs = 5000;
    const DirectoryLock making(path, "florin, making the store", kPatienceMs);
    if (!std::filesystem::exists(facts_file(path))) {
      write_facts(path, {new_lineage, shards});
    }
  }
  DataDirectory directory = open(path);
  if (directory.facts().shards != shards) {
    refuse_store(
        fmt::format("{} was made with {} shards, the configuration says {}: set shards = {}, or use "
                    "another data directory",
                    path.string(), directory.facts().shards, shards, directory.facts().shards));
  }
  return directory;
}

DataDirectory DataDirectory::open(const std::filesystem::path& path) {
  if (!std::filesystem::exists(facts_file(path))) {
    refuse_store(fmt::format("there is no store in {}: start `florin run` once, or name the right directory",
                             path.string()));
  }
  return {path, read_facts(path)};
}

std::filesystem::path DataDirectory::shard(ShardIndex shard) const {
  return path_ / fmt::format("shard-{:03}", shard.value());
}

}  // namespace florin
