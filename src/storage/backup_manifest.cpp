#include "storage/backup_manifest.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.hpp"
#include "storage/data_directory.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kManifestFormat = 1;
/// Of the text: the files of some terabytes.
constexpr std::uintmax_t kManifestSizeMax = std::uintmax_t{64} << 20U;

/// Takes values out of a manifest. The first that is not what it should be is kept, as in Reader.
class Fields {
 public:
  const Json& member(const Json& object, const char* key) {
    static const Json kNone;
    if (!object.is_object() || !object.contains(key)) {
      fail(fmt::format("{} is missing", key));
      return kNone;
    }
    return object[key];
  }
  std::uint64_t number(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (!value.is_number_unsigned()) {
      fail(fmt::format("{} is no number", key));
      return 0;
    }
    return value.get<std::uint64_t>();
  }
  std::string text(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (!value.is_string()) {
      fail(fmt::format("{} is no text", key));
      return {};
    }
    return value.get<std::string>();
  }
  template <class Fixed>
  Fixed hex(const Json& object, const char* key) {
    const std::string digits = text(object, key);
    Fixed value;
    bool is_hex = digits.size() == 2 * Fixed::kSize;
    for (std::size_t i = 0; is_hex && i < Fixed::kSize; ++i) {
      const char* at = digits.data() + 2 * i;
      is_hex = std::from_chars(at, at + 2, value.bytes[i], 16).ptr == at + 2;
    }
    if (!is_hex) {
      fail(fmt::format("{} is not of {} hexadecimal digits", key, 2 * Fixed::kSize));
    }
    return value;
  }
  const Json& list(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (!value.is_array()) {
      fail(fmt::format("{} is no list", key));
    }
    return value;
  }

  void fail(std::string what) {
    if (!problem_) {
      problem_ = Problem{Code::malformed, std::move(what)};
    }
  }
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  std::optional<Problem> problem_;
};

Json to_json(const std::vector<BackupFile>& files) {
  Json list = Json::array();
  for (const BackupFile& file : files) {
    list.push_back({{"name", file.name},
                    {"bytes", file.bytes},
                    {"rows", file.rows},
                    {"blake2b", to_hex(file.hash.view())}});
  }
  return list;
}

/// A name within the backup's own directory: nothing that leads out of it.
bool is_file_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

std::vector<BackupFile> read_files(Fields& fields, const Json& object, const char* key) {
  std::vector<BackupFile> files;
  const Json& list = fields.list(object, key);
  for (const Json& entry : list.is_array() ? list : Json::array()) {
    files.push_back({fields.text(entry, "name"), fields.number(entry, "bytes"), fields.number(entry, "rows"),
                     fields.hex<Digest>(entry, "blake2b")});
    if (!is_file_name(files.back().name)) {
      fields.fail("name is no file's name");
    }
  }
  return files;
}

BackupCut read_cut(Fields& fields, const Json& object) {
  const std::string cut = fields.text(object, "cut");
  if (cut != "open" && cut != "closed") {
    fields.fail("cut is neither open nor closed");
  }
  return cut == "closed" ? BackupCut::closed : BackupCut::open;
}

void read_shards(Fields& fields, const Json& object, BackupManifest& manifest) {
  const Json& list = fields.list(object, "shards");
  if (list.empty() || list.size() > kStoredShardsMax) {
    fields.fail(fmt::format("shards is not a list of 1 to {}", kStoredShardsMax));
    return;
  }
  for (const Json& entry : list.is_array() ? list : Json::array()) {
    BackupManifest::Shard shard;
    shard.head.lineage = manifest.lineage;
    shard.head.shard = ShardIndex(static_cast<std::uint16_t>(manifest.shards.size()));
    shard.head.ordinal = BatchOrdinal(fields.number(entry, "ordinal"));
    shard.head.sequence = SequenceNumber(fields.number(entry, "sequence"));
    shard.head.hash = fields.hex<Digest>(entry, "hash");
    shard.records = read_files(fields, entry, "records");
    manifest.shards.push_back(std::move(shard));
  }
}

}  // namespace

std::string encode_manifest(const BackupManifest& manifest) {
  Json shown;
  shown["format"] = kManifestFormat;
  shown["florin"] = manifest.florin;
  shown["created"] = manifest.created;
  shown["lineage"] = to_hex(manifest.lineage.view());
  shown["cut"] = manifest.cut == BackupCut::closed ? "closed" : "open";
  shown["shards"] = Json::array();
  for (const BackupManifest::Shard& shard : manifest.shards) {
    shown["shards"].push_back({{"ordinal", shard.head.ordinal.value()},
                               {"sequence", shard.head.sequence.value()},
                               {"hash", to_hex(shard.head.hash.view())},
                               {"records", to_json(shard.records)}});
  }
  shown["refused"] = to_json(manifest.refused);
  return shown.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<BackupManifest> decode_manifest(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return problem(Code::malformed, "it is no JSON object");
  }
  Fields fields;
  BackupManifest manifest;
  const std::uint64_t format = fields.number(json, "format");
  if (!fields.problem() && format != kManifestFormat) {
    return problem(Code::unsupported_version,
                   fmt::format("it has format {}, this version of florin reads {}. Use the version that "
                               "wrote it",
                               format, kManifestFormat));
  }
  manifest.florin = fields.text(json, "florin");
  manifest.created = fields.text(json, "created");
  manifest.lineage = fields.hex<Id128>(json, "lineage");
  manifest.cut = read_cut(fields, json);
  read_shards(fields, json, manifest);
  manifest.refused = read_files(fields, json, "refused");
  if (fields.problem()) {
    return tl::make_unexpected(*fields.problem());
  }
  return manifest;
}

std::filesystem::path manifest_file(const std::filesystem::path& backup) {
  return backup / "manifest.json";
}

BackupManifest read_manifest(const std::filesystem::path& backup) {
  const auto file = manifest_file(backup);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    refuse_store(fmt::format("{} is no backup: there is no {}", backup.string(), file.string()));
  }
  if (std::filesystem::file_size(file) > kManifestSizeMax) {
    refuse_store(
        fmt::format("{} is no manifest: it is larger than {} bytes", file.string(), kManifestSizeMax));
  }
  std::ostringstream text;
  text << stream.rdbuf();
  auto manifest = decode_manifest(text.str());
  if (!manifest) {
    refuse_store(fmt::format("{} is damaged: {}", file.string(), manifest.error().detail));
  }
  return std::move(*manifest);
}

}  // namespace florin
