#include "protocol/batch_record.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"
#include "protocol/hash.hpp"
#include "protocol/reader.hpp"
#include "protocol/reseal.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kRecordElements = 15;
/// bin 8 head and digest: what stands behind the hashed bytes.
constexpr std::size_t kHashTail = 2 + Digest::kSize;
/// Every text at its longest, every integer at its widest, two sides: an entry stays below this.
constexpr std::size_t kEntrySizeMax = 1536;
constexpr std::size_t kHeaderSizeMax = 256;

void encode_header(Writer& writer, const BatchHeader& header) {
  writer.array(kRecordElements)
      .uint(kJournalFormat)
      .uint(static_cast<std::uint64_t>(header.type))
      .bin(header.lineage.view())
      .uint(header.shard.value())
      .uint(header.ordinal.value())
      .uint(header.epoch.value())
      .uint(header.incarnation.value())
      .uint(header.first_sequence.value())
      .uint(header.last_sequence.value())
      .uint(header.first_failure.value())
      .uint(header.last_failure.value())
      .integer(header.time.value())
      .bin(header.previous_hash.view());
}

BatchHeader decode_header(Reader& reader) {
  BatchHeader header;
  reader.array_of(kRecordElements, "batch record");
  const std::uint64_t format = reader.uint("format");
  if (reader.ok() && format != kJournalFormat) {
    reader.fail(Code::unsupported_version,
                fmt::format("the record has format {}, this version reads {}", format, kJournalFormat));
  }
  const std::uint64_t type = reader.uint("type", 2);
  if (reader.ok() && type == 0) {
    reader.fail(Code::unknown_kind, "a record is of type 1 or 2");
  }
  header.type = static_cast<RecordType>(type);
  header.lineage = fixed_from<Id128>(reader.bin_of(Id128::kSize, "lineage"));
  header.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
  header.ordinal = BatchOrdinal(reader.uint("ordinal"));
  header.epoch = Epoch(reader.uint("epoch"));
  header.incarnation = Incarnation(reader.uint("incarnation"));
  header.first_sequence = SequenceNumber(reader.uint("first sequence"));
  header.last_sequence = SequenceNumber(reader.uint("last sequence"));
  header.first_failure = FailureSequence(reader.uint("first failure"));
  header.last_failure = FailureSequence(reader.uint("last failure"));
  header.time = TimeUs(reader.integer("time"));
  header.previous_hash = fixed_from<Digest>(reader.bin_of(Digest::kSize, "previous hash"));
  return header;
}

SealedRecord seal_packed(const BatchHeader& header, std::string_view packed_entries) {
  Writer writer;
  encode_header(writer, header);
  writer.array(header.entry_count()).raw(packed_entries);
  SealedRecord sealed{header, blake2b(writer.view()), {}};
  writer.bin(sealed.hash.view());
  sealed.bytes = std::move(writer).take();
  invariant(sealed.bytes.size() <= kRecordSizeMax, "no record is larger than its bound");
  return sealed;
}

bool is_range(std::uint64_t first, std::uint64_t last) {
  return first >= 1 && last >= first - 1 && last - (first - 1) <= kRecordSizeMax;
}

}  // namespace

BatchBuilder::BatchBuilder(const BatchHeader& header) : header_(header) {
  header_.last_sequence = SequenceNumber(header_.first_sequence.value() - 1);
  header_.last_failure = FailureSequence(header_.first_failure.value() - 1);
}

void BatchBuilder::add(const Entry& entry) {
  invariant(!is_full(), "an entry is only added while it surely fits");
  invariant(entry.sequence() == next_sequence(), "entries are added in the order of their sequence");
  const std::size_t before = entries_.size();
  encode_entry(entries_, entry, header_.time);
  invariant(entries_.size() - before <= kEntrySizeMax, "no entry is larger than its bound");
  header_.last_sequence = next_sequence();
  if (entry.is_failure()) {
    header_.last_failure = header_.last_failure.next();
  }
}

bool BatchBuilder::is_full() const {
  return entries_.size() + kEntrySizeMax + kHeaderSizeMax > kRecordSizeMax;
}

SealedRecord BatchBuilder::seal() && {
  return seal_packed(header_, entries_.view());
}

SealedRecord reseal(const BatchRecord& record, const BatchHeader& header) {
  invariant(header.first_sequence == record.header.first_sequence &&
                header.last_sequence == record.header.last_sequence && header.time == record.header.time,
            "a resealed record keeps what its packed entries depend on");
  return seal_packed(header, record.packed_entries);
}

Result<std::vector<Entry>> BatchRecord::entries(HashCheck content, std::vector<Entry> memory) const {
  std::vector<Entry> entries = std::move(memory);
  entries.clear();
  entries.reserve(header.entry_count());
  std::uint64_t failures = 0;
  Reader reader(packed_entries);
  for (SequenceNumber sequence = header.first_sequence; sequence <= header.last_sequence;
       sequence = sequence.next()) {
    auto entry = decode_entry(reader, header.time, sequence, content);
    if (!entry) {
      return tl::make_unexpected(entry.error());
    }
    failures += entry->is_failure() ? 1 : 0;
    entries.push_back(std::move(*entry));
  }
  const auto ends_well = check_end(reader, failures);
  return ends_well ? Result<std::vector<Entry>>(std::move(entries)) : tl::make_unexpected(ends_well.error());
}

Result<void> BatchRecord::check_end(Reader& reader, std::uint64_t failures) const {
  reader.finish();
  if (reader.ok() && failures != header.failure_count()) {
    reader.fail(Code::wrong_length,
                fmt::format("the record's failure sequences are {} and the failures among its entries {}",
                            header.failure_count(), failures));
  }
  return reader.ok() ? Result<void>() : tl::make_unexpected(reader.problem());
}

Result<std::vector<Entry>> BatchRecord::failures(HashCheck content) const {
  std::vector<Entry> failures;
  Reader reader(packed_entries);
  for (SequenceNumber sequence = header.first_sequence; sequence <= header.last_sequence;
       sequence = sequence.next()) {
    const std::string_view packed = reader.skip("entry");
    if (reader.ok() && !is_packed_failure(packed)) {
      continue;
    }
    Reader failed(packed);
    auto entry = reader.ok() ? decode_entry(failed, header.time, sequence, content)
                             : Result<Entry>(tl::make_unexpected(reader.problem()));
    if (!entry) {
      return tl::make_unexpected(std::move(entry.error()));
    }
    failures.push_back(std::move(*entry));
  }
  const auto ends_well = check_end(reader, failures.size());
  return ends_well ? Result<std::vector<Entry>>(std::move(failures)) : tl::make_unexpected(ends_well.error());
}

EntryIndex::EntryIndex(const BatchRecord& record) : header_(record.header) {
  Reader reader(record.packed_entries);
  packed_.reserve(header_.entry_count());
  for (std::uint64_t left = header_.entry_count(); left > 0; --left) {
    const std::string_view packed = reader.skip("entry");
    if (!reader.ok()) {
      problem_ = reader.problem();
      return;
    }
    packed_.push_back(packed);
  }
}

bool EntryIndex::holds(SequenceNumber sequence) const {
  return sequence >= header_.first_sequence && sequence <= header_.last_sequence;
}

Result<Entry> EntryIndex::entry(SequenceNumber sequence) const {
  invariant(holds(sequence), "the record holds the entry that is asked for");
  const std::size_t place = sequence.value() - header_.first_sequence.value();
  if (place >= packed_.size()) {
    return tl::make_unexpected(*problem_);
  }
  Reader reader(packed_[place]);
  return decode_entry(reader, header_.time, sequence);
}

Result<BatchRecord> read_record(std::string_view bytes, HashCheck check) {
  if (bytes.size() > kRecordSizeMax) {
    return problem(Code::message_too_large, fmt::format("a record of {} bytes", bytes.size()));
  }
  Reader reader(bytes);
  BatchRecord record;
  record.header = decode_header(reader);
  const BatchHeader& header = record.header;
  if (reader.ok() && (!is_range(header.first_sequence.value(), header.last_sequence.value()) ||
                      !is_range(header.first_failure.value(), header.last_failure.value()))) {
    reader.fail(Code::malformed, "the record's sequences are no range");
  }
  const std::uint32_t count = reader.array("entries");
  if (reader.ok() && count != header.entry_count()) {
    reader.fail(Code::wrong_length, "the record's sequences do not fit the number of its entries");
  }
  const std::size_t start = reader.position();
  if (reader.ok() && bytes.size() < start + kHashTail) {
    reader.fail(Code::malformed, "the record ends before its hash");
  }
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  const std::size_t end = bytes.size() - kHashTail;
  record.packed_entries = bytes.substr(start, end - start);
  Reader tail(bytes.substr(end));
  record.hash = fixed_from<Digest>(tail.bin_of(Digest::kSize, "hash"));
  tail.finish();
  if (!tail.ok()) {
    return tl::make_unexpected(tail.problem());
  }
  if (check == HashCheck::full && blake2b(bytes.substr(0, end)) != record.hash) {
    return problem(Code::malformed, "the record's hash does not fit its bytes");
  }
  return record;
}

Result<void> check_link(const BatchHeader& before, const Digest& hash_before, const BatchHeader& next) {
  const auto refuse = [&](std::string_view what) {
    return problem(Code::malformed, fmt::format("record {} of shard {}: {}", before.ordinal.value() + 1,
                                                before.shard.value(), what));
  };
  if (next.lineage != before.lineage) return refuse("it is of another lineage");
  if (next.shard != before.shard) return refuse("it is of another shard");
  if (next.ordinal != before.ordinal.next()) return refuse("its ordinal does not follow");
  if (next.previous_hash != hash_before) return refuse("it names another hash as the one before it");
  if (next.first_sequence != before.last_sequence.next()) return refuse("its first sequence does not follow");
  if (next.first_failure != before.last_failure.next())
    return refuse("its first failure sequence does not follow");
  if (next.time < before.time) return refuse("its time runs backwards");
  const bool opens_epoch = next.type == RecordType::epoch;
  if (opens_epoch ? next.epoch <= before.epoch : next.epoch != before.epoch) {
    return refuse("its epoch does not follow");
  }
  return {};
}

BatchHeader genesis(const Id128& lineage, ShardIndex shard) {
  BatchHeader header;
  header.type = RecordType::epoch;
  header.lineage = lineage;
  header.shard = shard;
  header.first_sequence = SequenceNumber(1);
  header.first_failure = FailureSequence(1);
  return header;
}

}  // namespace florin
