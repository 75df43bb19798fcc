#include "ledger/codes.hpp"

#include <algorithm>
#include <array>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::array kCodes{
#define FLORIN_ROW(number, name, retry, http_status, text) \
  CodeInfo{Code::name, number, #name, Retry::retry, http_status, text},
    FLORIN_CODES(FLORIN_ROW)
#undef FLORIN_ROW
};

const CodeInfo* find(std::uint64_t number) {
  const auto* found =
      std::lower_bound(kCodes.begin(), kCodes.end(), number,
                       [](const CodeInfo& row, std::uint64_t wanted) { return row.number < wanted; });
  return found != kCodes.end() && found->number == number ? found : nullptr;
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
