#include "storage/backup_manifest.hpp"
#include "tests/fuzz/target.hpp"

namespace florin::test {

namespace {

Finding check_manifest(std::string_view text) {
  const auto manifest = decode_manifest(text);
  if (!manifest) {
    return manifest.error().detail.empty() ? Finding("a refusal does not say why") : Finding();
  }
  const auto again = decode_manifest(encode_manifest(*manifest));
  if (!again || !(*again == *manifest)) {
    return "a manifest does not survive its text";
  }
  for (const BackupManifest::Shard& shard : manifest->shards) {
    for (const BackupFile& file : shard.records) {
      if (std::filesystem::path(file.name).filename() != file.name) {
        return "a file that is not in the backup";
      }
    }
  }
  return {};
}

std::string sample() {
  BackupManifest manifest;
  manifest.florin = "0.1.0";
  manifest.created = "2026-12-01T00:00:00.000000Z";
  manifest.cut = BackupCut::closed;
  manifest.shards.push_back({{}, {{"shard-000.00001.rows", 113, 1, {}}}});
  manifest.refused = {{"refused.00001.rows", 10, 1, {}}};
  return encode_manifest(manifest);
}

}  // namespace

FuzzTargets backup_targets() {
  return {{"backup_manifest", check_manifest, {sample()}}};
}

}  // namespace florin::test
