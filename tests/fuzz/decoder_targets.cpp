#include <algorithm>
#include <map>

#include "protocol/batch_record.hpp"
#include "protocol/hash.hpp"
#include "tests/fuzz/decoder_check.hpp"

namespace florin::test {

namespace {

/// `answers.refusal` is a sample of the format `answers`.
std::string format_of(const GoldenSample& sample) {
  return sample.name.substr(0, sample.name.find('.'));
}

/// The bytes as a record whose hash fits: all that a decoder sees behind the hash is then reached.
std::string with_fitting_hash(std::string_view bytes) {
  Writer tail;
  tail.bin(blake2b(bytes).view());
  return std::string(bytes).append(tail.view());
}

/// Whether a record holds as many failures as its header counts. One that does not is read; the dead-letter
/// sink refuses it.
bool counts_its_failures(std::string_view bytes) {
  const auto record = read_record(bytes);
  if (!record) {
    return true;
  }
  const auto entries = record->entries();
  if (!entries) {
    return true;
  }
  const auto is_failure = [](const Entry& entry) { return entry.is_failure(); };
  const auto failures = std::count_if(entries->begin(), entries->end(), is_failure);
  return static_cast<std::uint64_t>(failures) == record->header.failure_count();
}

}  // namespace

FuzzTargets decoder_targets() {
  std::map<std::string, FuzzTarget> targets;
  for (const GoldenSample& sample : golden_samples()) {
    const std::string name = format_of(sample);
    const auto check = [sample](std::string_view bytes) { return check_decoder(sample, bytes); };
    const auto target = targets.try_emplace(name, FuzzTarget{name, check, {}}).first;
    target->second.seeds.push_back(sample.bytes);
  }
  FuzzTargets list;
  for (auto& [name, target] : targets) {
    list.push_back(std::move(target));
  }
  return list;
}

FuzzTargets rehashed_targets() {
  constexpr std::size_t kHashTail = 34;
  FuzzTarget target{"record_rehashed", {}, {}};
  for (const GoldenSample& sample : golden_samples()) {
    if (format_of(sample) == "record") {
      target.run = [sample](std::string_view bytes) {
        const std::string record = with_fitting_hash(bytes);
        return counts_its_failures(record) ? check_decoder(sample, record) : Finding();
      };
      target.seeds.push_back(sample.bytes.substr(0, sample.bytes.size() - kHashTail));
    }
  }
  return {target};
}

}  // namespace florin::test
