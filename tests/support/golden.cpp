#include "tests/support/golden.hpp"

#include <charconv>
#include <fstream>

#include "base/invariant.hpp"

namespace florin::test {

std::string from_hex(std::string_view hex) {
  invariant(hex.size() % 2 == 0, "hex has two digits a byte");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const auto read = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    invariant(read.ptr == hex.data() + i + 2, "hex digits are hex digits");
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::map<std::string, std::string> read_golden_file() {
  std::ifstream file(FLORIN_GOLDEN_FILE);
  invariant(file.is_open(), "docs/golden.txt is there");
  std::map<std::string, std::string> lines;
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t blank = line.find(' ');
    if (line.empty() || line[0] == '#') {
      continue;
    }
    const std::size_t hex = line.find_first_not_of(' ', blank);
    invariant(blank != std::string::npos && hex != std::string::npos,
              "a golden line is a name, a blank and hex");
    const bool first =
        lines.emplace(line.substr(0, blank), from_hex(std::string_view(line).substr(hex))).second;
    invariant(first, "no golden name stands twice");
  }
  return lines;
}

}  // namespace florin::test
