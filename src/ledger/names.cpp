#include "ledger/names.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace florin {

namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         std::string_view("._:@~-").find(c) != std::string_view::npos;
}

/// By the character's number: every command has two names to look at.
constexpr std::array<bool, 256> kNameCharacters = [] {
  std::array<bool, 256> belongs{};
  for (std::size_t i = 0; i < belongs.size(); ++i) {
    belongs[i] = is_name_character(static_cast<char>(i));
  }
  return belongs;
}();

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    int value = *digit - '0';
    if (doubled) {
      value = value > 4 ? value * 2 - 9 : value * 2;
    }
    sum += value;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameMax && std::all_of(text.begin(), text.end(), [](char c) {
    return kNameCharacters[static_cast<unsigned char>(c)];
  });
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > kNameMax) {
    return false;
  }
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0 || starts_with_control(text)) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

bool is_open_external_account(std::string_view text) {
  constexpr std::array<std::string_view, 4> kOwn{kSuspenseAccount, "wallets", "escrow", "transit"};
  return is_name(text) && std::find(kOwn.begin(), kOwn.end(), text) == kOwn.end();
}

std::string mask_card_numbers(std::string_view bytes) {
  constexpr std::size_t kRunMin = 13;
  constexpr std::size_t kShown = 4;
  std::string masked(bytes);
  std::vector<std::size_t> run;  // the places of its digits
  const auto end_run = [&] {
    for (std::size_t i = 0; run.size() >= kRunMin && i + kShown < run.size(); ++i) {
      masked[run[i]] = 'x';
    }
    run.clear();
  };
  for (std::size_t i = 0; i < masked.size(); ++i) {
    const char c = bytes[i];
    if (is_digit(c)) {
      run.push_back(i);
    } else if (c != '-' && c != '.' && c != ' ') {
      end_run();
    }
  }
  end_run();
  return masked;
}

bool looks_like_card_number(std::string_view text) {
  constexpr std::size_t kDigitsMin = 13;
  constexpr std::size_t kDigitsMax = 19;
  std::array<char, kDigitsMax> digits{};
  std::size_t count = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      if (count == kDigitsMax) {
        return false;
      }
      digits[count++] = c;
    } else if (c != '-' && c != '.' && c != ' ') {
      return false;
    }
  }
  // Payment networks issue numbers that start with 2 to 6; 0, 1, 7, 8 and 9 belong to other industries, and
  // ids made from a clock in milliseconds start with 1.
  const bool issued = count > 0 && digits[0] >= '2' && digits[0] <= '6';
  return count >= kDigitsMin && issued && passes_luhn({digits.data(), count});
}

}  // namespace florin
