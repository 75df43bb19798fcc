#include "protocol/letter.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"
#include "protocol/hash.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kLetterFormat = 1;
constexpr std::uint32_t kRefusedElements = 9;
constexpr std::uint32_t kLetterElements = 7;
constexpr std::size_t kPeerMax = 255;
constexpr std::size_t kLetterDetailMax = 1024;

void read_format(Reader& reader) {
  if (reader.uint("format") != kLetterFormat) {
    reader.fail(Code::unsupported_version, "the record is of a format this version does not know");
  }
}

void encode_handlings(Writer& writer, const std::vector<Handling>& handlings) {
  if (handlings.empty()) {
    writer.nil();
    return;
  }
  writer.array(handlings.size());
  for (const Handling& handling : handlings) {
    encode_handling(writer, handling);
  }
}

std::vector<Handling> decode_handlings(Reader& reader) {
  std::vector<Handling> handlings;
  if (reader.take_nil()) {
    return handlings;
  }
  const std::uint32_t count = reader.array("handlings");
  if (reader.ok() && (count == 0 || count > kHandlingsMax)) {
    reader.fail(Code::wrong_length, fmt::format("a letter has 1 to {} handlings, or nil", kHandlingsMax));
  }
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    handlings.push_back(decode_handling(reader));
  }
  return handlings;
}

}  // namespace

RefusedRecord make_refused(TimeUs time, std::string_view peer, const Problem& problem,
                           std::string_view bytes) {
  RefusedRecord record;
  record.time = time;
  record.peer = peer.substr(0, kPeerMax);
  record.code = problem.code;
  record.detail = problem.detail.substr(0, kLetterDetailMax);
  record.length = bytes.size();
  // A card number must not be guessed from a hash either.
  const std::string masked =
      problem.code == Code::card_number_as_id ? mask_card_numbers(bytes) : std::string();
  const std::string_view told = masked.empty() ? bytes : masked;
  record.hash = blake2b(told);
  record.bytes = told.substr(0, kRefusedBytesMax);
  return record;
}

void encode_refused(Writer& writer, const RefusedRecord& record) {
  writer.array(kRefusedElements)
      .uint(kLetterFormat)
      .uint(record.sequence.value())
      .integer(record.time.value())
      .bin(record.peer)
      .uint(static_cast<std::uint64_t>(record.code))
      .text_or_nil(record.detail)
      .uint(record.length)
      .bin(record.hash.view())
      .bin(record.bytes);
}

RefusedRecord decode_refused(Reader& reader) {
  RefusedRecord record;
  reader.array_of(kRefusedElements, "refused record");
  read_format(reader);
  record.sequence = RefusedSequence(reader.uint("sequence"));
  record.time = TimeUs(reader.integer("time"));
  record.peer = reader.bin("peer", kPeerMax);
  record.code = code_from_number(reader.uint("code")).value_or(Code::malformed);
  record.detail = reader.text_or_nil("detail", kLetterDetailMax);
  record.length = reader.uint("length");
  record.hash = fixed_from<Digest>(reader.bin_of(Digest::kSize, "hash"));
  record.bytes = reader.bin("bytes", kRefusedBytesMax);
  return record;
}

Code Letter::code() const {
  return refused ? refused->code : entry->entry.reason;
}

bool Letter::is_handled() const {
  return !handlings.empty() && ends(handlings.back().state);
}

void encode_sink_position(Writer& writer, const SinkPosition& position) {
  writer.array(2);
  encode_position(writer, position.position);
  writer.uint(position.failure.value());
}

SinkPosition decode_sink_position(Reader& reader) {
  SinkPosition position;
  reader.array_of(2, "sink position");
  position.position = decode_position(reader);
  position.failure = FailureSequence(reader.uint("failure sequence"));
  return position;
}

std::vector<Position> plain(std::span<const SinkPosition> positions) {
  std::vector<Position> plain;
  plain.reserve(positions.size());
  for (const SinkPosition& position : positions) {
    plain.push_back(position.position);
  }
  return plain;
}

LetterClass class_of(const Entry& entry) {
  invariant(entry.is_failure(), "only failures become letters");
  switch (entry.outcome) {
    case Outcome::success: return LetterClass::unapplied;
    case Outcome::rejected: return LetterClass::rejected;
    case Outcome::error: return LetterClass::failed;
  }
  invariant(false, "an outcome is one of its enumerators");
  return LetterClass::failed;
}

void encode_letter(Writer& writer, const Letter& letter) {
  writer.array(kLetterElements)
      .uint(kLetterFormat)
      .uint(letter.number.value())
      .uint(static_cast<std::uint64_t>(letter.letter_class))
      .integer(letter.arrived.value());
  letter.entry ? encode_entry_row(writer, *letter.entry) : void(writer.nil());
  letter.refused ? encode_refused(writer, *letter.refused) : void(writer.nil());
  encode_handlings(writer, letter.handlings);
}

Letter decode_letter(Reader& reader) {
  Letter letter;
  reader.array_of(kLetterElements, "letter");
  read_format(reader);
  letter.number = LetterNumber(reader.uint("number"));
  letter.letter_class = static_cast<LetterClass>(reader.uint("class", kLetterClasses - 1));
  letter.arrived = TimeUs(reader.integer("arrived"));
  if (!reader.take_nil()) {
    auto row = decode_entry_row(reader);
    if (row) {
      letter.entry = std::move(*row);
    } else {
      reader.fail(row.error().code, row.error().detail);
    }
  }
  if (!reader.take_nil()) {
    letter.refused = decode_refused(reader);
  }
  letter.handlings = decode_handlings(reader);
  if (reader.ok() && letter.entry.has_value() == letter.refused.has_value()) {
    reader.fail(Code::malformed, "a letter holds either an entry or a refused message");
  }
  return letter;
}

}  // namespace florin
