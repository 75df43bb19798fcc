#include "ledger/codes.hpp"

#include <array>
#include <cstdint>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::array kCodes{
#define FLORIN_ROW(number, name, retry, http_status, text) \
  CodeInfo{Code::name, number, #name, Retry::retry, http_status, text},
    FLORIN_CODES(FLORIN_ROW)
#undef FLORIN_ROW
};

/// Larger than every number.
constexpr std::size_t kNumbers = 600;

/// Where the row of each number is, from 1 on; 0 where there is none.
constexpr std::array<std::uint8_t, kNumbers> kPlaces = [] {
  std::array<std::uint8_t, kNumbers> places{};
  for (std::size_t i = 0; i < kCodes.size(); ++i) {
    places.at(kCodes.at(i).number) = static_cast<std::uint8_t>(i + 1);
  }
  return places;
}();

const CodeInfo* find(std::uint64_t number) {
  const std::size_t place = number < kNumbers ? kPlaces[number] : 0;
  return place == 0 ? nullptr : &kCodes[place - 1];
}

}  // namespace

std::span<const CodeInfo> codes() {
  return kCodes;
}

const CodeInfo& info(Code code) {
  const CodeInfo* row = find(static_cast<std::uint16_t>(code));
  invariant(row != nullptr, "every code has its row in the table");
  return *row;
}

std::optional<Code> code_from_number(std::uint64_t number) {
  const CodeInfo* row = find(number);
  return row == nullptr ? std::nullopt : std::optional(row->code);
}

}  // namespace florin
