#pragma once

/// Every format once, with fixed values: the bytes that docs/golden.txt holds and the documents quote.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/problem.hpp"

namespace florin::test {

struct GoldenSample {
  std::string name;
  std::string bytes;
  /// Decodes all of it, trailing bytes refused. Nothing where it is well-formed.
  std::function<std::optional<Problem>(std::string_view)> decode;
  /// Decodes and encodes again. Only for bytes that decode.
  std::function<std::string(std::string_view)> encode_again;
};

[[nodiscard]] std::vector<GoldenSample> golden_samples();

/// The lines of docs/golden.txt: name, blanks, hex; `#` starts a comment.
[[nodiscard]] std::map<std::string, std::string> read_golden_file();

[[nodiscard]] std::string from_hex(std::string_view hex);

}  // namespace florin::test
