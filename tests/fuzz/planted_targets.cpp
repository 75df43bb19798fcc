// Decoders that are wrong on purpose. Each is judged by the check that judges the real ones; were it to find
// nothing here, it would find nothing anywhere.

#include "protocol/query.hpp"
#include "tests/fuzz/decoder_check.hpp"

namespace florin::test {

namespace {

GoldenSample position_format() {
  for (GoldenSample& sample : golden_samples()) {
    if (sample.name == "position") {
      return std::move(sample);
    }
  }
  return {};
}

/// A position in which `decode` and `encode` stand for the right ones.
FuzzTarget planted(std::string name, const std::function<Position(Reader&)>& decode,
                   const std::function<void(Writer&, const Position&)>& encode, bool finishes = true) {
  GoldenSample format = position_format();
  std::vector<std::string> seeds{format.bytes};
  format.decode = [decode, finishes](std::string_view bytes) -> std::optional<Problem> {
    Reader reader(bytes);
    static_cast<void>(decode(reader));
    if (finishes) {
      reader.finish();
    }
    return reader.ok() ? std::nullopt : std::optional(reader.problem());
  };
  format.encode_again = [decode, encode](std::string_view bytes) {
    Reader reader(bytes);
    Writer writer;
    encode(writer, decode(reader));
    return std::move(writer).take();
  };
  return {"planted." + std::move(name),
          [format](std::string_view bytes) { return check_decoder(format, bytes); }, std::move(seeds)};
}

/// Reads on into what stands behind the bytes: a position whose last byte was cut off is taken.
FuzzTarget reads_past() {
  GoldenSample format = position_format();
  std::vector<std::string> seeds{format.bytes};
  const auto decode = format.decode;
  const auto encode_again = format.encode_again;
  const auto longer = [](std::string_view bytes) { return std::string_view(bytes.data(), bytes.size() + 1); };
  format.decode = [decode, longer](std::string_view bytes) {
    const auto problem = decode(bytes);
    return problem && !bytes.empty() ? decode(longer(bytes)) : problem;
  };
  format.encode_again = [decode, encode_again, longer](std::string_view bytes) {
    return encode_again(decode(bytes) ? longer(bytes) : bytes);
  };
  return {"planted.reads_past", [format](std::string_view bytes) { return check_decoder(format, bytes); },
          std::move(seeds)};
}

Position without_ordinal(Reader& reader) {
  Position position = decode_position(reader);
  position.ordinal = BatchOrdinal();
  return position;
}

/// A sequence that counts up each time it is written.
void encode_drifting(Writer& writer, const Position& position) {
  Position next = position;
  next.sequence = next.sequence.next();
  encode_position(writer, next);
}

/// Writes what it does not take itself.
void encode_longer(Writer& writer, const Position& position) {
  encode_position(writer, position);
  writer.nil();
}

}  // namespace

FuzzTargets planted_fuzz_targets() {
  return {planted("takes_more", decode_position, encode_position, false),
          planted("loses_a_value", without_ordinal, encode_position),
          planted("drifts", decode_position, encode_drifting),
          planted("writes_too_much", decode_position, encode_longer), reads_past()};
}

}  // namespace florin::test
