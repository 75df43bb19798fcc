#include "logic/dead_letter_logic.hpp"

#include <fmt/format.h>

#include "base/wait.hpp"
#include "protocol/reader.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kRefusedPage = 500;
/// A position without letters is worth a commit only now and then: taking such records again changes nothing.
constexpr std::int64_t kBarePositionUs = 1'000'000;

}  // namespace

DeadLetterLogic::DeadLetterLogic(DeadLetterStore& store, FlowObserver& observer)
    : store_(store), observer_(observer) {
  read_positions();
}

void DeadLetterLogic::read_positions() {
  last_number_ = store_.last_number();
  refused_position_ = store_.refused_position();
  failures_.clear();
  for (const SinkPosition& position : store_.positions()) {
    failures_[position.position.shard] = position.failure;
  }
}

std::vector<Position> DeadLetterLogic::restart() {
  letters_.clear();
  positions_.clear();
  positions_since_ = TimeUs();
  store_.reopen();
  read_positions();
  return plain(store_.positions());
}

Letter& DeadLetterLogic::next_letter() {
  last_number_ = last_number_.next();
  letters_.emplace_back();
  letters_.back().number = last_number_;
  return letters_.back();
}

/// As many as the record's header counts.
Result<std::vector<Entry>> DeadLetterLogic::failures_of(const BatchRecord& record) const {
  const BatchHeader& header = record.header;
  const auto last = failures_.find(header.shard);
  const FailureSequence next = last == failures_.end() ? FailureSequence(1) : last->second.next();
  if (header.first_failure != next) {
    return problem(Code::diverged, fmt::format("its failures go on at {} and the last one here is {}",
                                               header.first_failure.value(), next.value() - 1));
  }
  return record.failures(HashCheck::skip);
}

Result<void> DeadLetterLogic::take(const BatchRecord& record) {
  auto failures = failures_of(record);
  if (!failures) {
    return tl::make_unexpected(failures.error());
  }
  for (Entry& entry : *failures) {
    Letter& letter = next_letter();
    letter.letter_class = class_of(entry);
    letter.entry = EntryRow{record.header.shard, record.header.time, std::move(entry)};
  }
  failures_[record.header.shard] = record.header.last_failure;
  positions_[record.header.shard] = position_of(record.header, record.hash);
  return {};
}

void DeadLetterLogic::flush(TimeUs now) {
  if (positions_.empty()) {
    return;
  }
  if (positions_since_ == TimeUs()) {
    positions_since_ = now;
  }
  if (!letters_.empty() || wait_is_over(now, positions_since_, kBarePositionUs)) {
    finish(now);
  }
}

void DeadLetterLogic::finish(TimeUs now) {
  if (positions_.empty()) {
    return;
  }
  for (Letter& letter : letters_) {
    letter.arrived = now;
  }
  std::vector<SinkPosition> positions;
  for (const auto& [shard, position] : positions_) positions.push_back({position, failures_[shard]});
  store_.commit(positions, letters_);
  for (const Letter& letter : letters_) {
    observer_.dead_lettered(letter);
  }
  letters_.clear();
  positions_.clear();
  positions_since_ = TimeUs();
}

std::string DeadLetterLogic::refused_query() const {
  Writer parameters;
  parameters.array(2).uint(refused_position_.value()).uint(kRefusedPage);
  return encode_query(refused_position_.value(), QueryKind::refused, parameters.view());
}

bool DeadLetterLogic::on_refused_reply(std::string_view bytes, TimeUs now) {
  const auto reply = decode_reply(bytes);
  if (!reply || reply->code != Code::none || reply->request != refused_position_.value()) {
    return false;
  }
  if (!letters_.empty()) {
    return false;  // they could not be flushed yet and have the next numbers: this page is asked for again
  }
  std::vector<Letter> letters;
  Reader reader(reply->payload);
  reader.array_of(2, "page");
  const std::uint32_t count = reader.array("refused records");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    letters.emplace_back();
    letters.back().number = last_number_.plus(letters.size());
    letters.back().letter_class = LetterClass::malformed;
    letters.back().arrived = now;
    letters.back().refused = decode_refused(reader);
  }
  const bool more = reader.boolean("more");
  if (!reader.ok()) {
    refuse_store(
        fmt::format("the dead-letter sink cannot read the refused log: {}", reader.problem().detail));
  }
  if (letters.empty()) {
    return false;
  }
  const RefusedSequence position = letters.back().refused->sequence;
  store_.commit(position, letters);
  // Past a commit that failed nothing has moved, so the page can be asked for again.
  last_number_ = letters.back().number;
  refused_position_ = position;
  for (const Letter& letter : letters) {
    observer_.dead_lettered(letter);
  }
  return more;
}

}  // namespace florin
