#include <algorithm>

#include "base/text.hpp"
#include "ledger/amount_text.hpp"
#include "ledger/names.hpp"
#include "runtime/log.hpp"
#include "tests/fuzz/target.hpp"
#include "tools/command_line_money.hpp"
#include "tools/parse_time.hpp"
#include "tools/traffic.hpp"

namespace florin::test {

namespace {

/// `12.50 EUR`: what is taken is written and taken again as the same money.
Finding check_amount(std::string_view bytes) {
  const auto money = parse_money({std::string(bytes)}, 0);
  if (!money) {
    return money.error().detail.empty() ? Finding("a refusal does not say why") : Finding();
  }
  const std::string text = amount_text(money->amount, money->currency);
  const auto again = parse_money({text}, 0);
  if (!again || again->amount != money->amount || again->currency != money->currency) {
    return "money does not survive its text " + text;
  }
  return money->amount.value() < 0 || money->amount > kAmountMax ? Finding("an amount out of its range")
                                                                 : Finding();
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Finding check_name(std::string_view bytes) {
  if (is_name(bytes) &&
      (bytes.empty() || bytes.size() > kNameMax || !is_printable(bytes) || !is_label(bytes))) {
    return "a name that is no name";
  }
  if (is_label(bytes) && Reference(bytes).view() != bytes) {
    return "a label that changes when it is kept";
  }
  const std::string masked = mask_card_numbers(bytes);
  if (masked.size() != bytes.size() || mask_card_numbers(masked) != masked) {
    return "masking changes the length, or goes on the second time";
  }
  if (looks_like_card_number(masked) && is_name(bytes)) {
    return "a card number is still there when masked";
  }
  if (!is_printable(escape_bytes(bytes))) {
    return "something unprintable is left when escaped";
  }
  const std::string json = json_escape(bytes);
  if (std::any_of(json.begin(), json.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; })) {
    return "a control character is left in JSON";
  }
  return is_open_external_account(bytes) && !is_name(bytes) ? Finding("an account that is no name")
                                                            : Finding();
}

Finding check_time(std::string_view bytes) {
  const auto time = parse_time(std::string(bytes));
  if (!time) {
    return {};
  }
  return parse_time(iso_time(*time)) == time ? Finding() : Finding("a time does not survive its text");
}

/// Whether it may be a range of hundreds of thousands, which is taken, and takes time.
bool may_be_long_range(std::string_view text) {
  constexpr std::size_t kShort = 4;
  constexpr std::size_t kBeyondAnyNumber = 20;
  std::size_t digits = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] >= '0' && text[i] <= '9') {
      ++digits;
      continue;
    }
    if (digits > kShort && digits < kBeyondAnyNumber) {
      return true;
    }
    digits = 0;
  }
  return false;
}

Finding check_wallet_list(std::string_view bytes) {
  if (may_be_long_range(bytes)) {
    return {};
  }
  const auto wallets = parse_wallets(std::string(bytes));
  if (!wallets) {
    return {};
  }
  return std::all_of(wallets->begin(), wallets->end(),
                     [](const auto& wallet) { return is_name(wallet.view()); })
             ? Finding()
             : Finding("a list holds what is no wallet");
}

}  // namespace

FuzzTargets text_targets() {
  return {{"text_amount", check_amount, {"12.50 EUR", "1300 JPY", "0.001 KWD", "90071992547409.91 EUR"}},
          {"text_name", check_name, {"alice", "bob~KWD", "card:visa", "4111 1111 1111 1111", "Caf\xC3\xA9"}},
          {"text_time", check_time, {"2026-11-23T12:00:00Z", "1970-01-01T00:00:00.000001Z"}},
          {"text_wallet_list", check_wallet_list, {"100-105", "alice,9-10,user-7"}}};
}

}  // namespace florin::test
