#include "ledger/names.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace florin {

namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         std::string_view("._:@~-").find(c) != std::string_view::npos;
}

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 where there is none (RFC 3629).
std::size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t count) {
    if (text.size() <= count) {
      return false;
    }
    for (std::size_t i = 1; i <= count; ++i) {
      if ((byte(i) & 0xC0U) != 0x80U) {
        return false;
      }
    }
    return true;
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF && continues(1)) {
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF && continues(2)) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4 && continues(3)) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

/// C0, DEL, and C1 (which UTF-8 writes as C2 80 to C2 9F).
bool starts_with_control(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x20 || first == 0x7F) {
    return true;
  }
  return first == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0;
}

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
  return !text.empty() && text.size() <= kNameMax && std::all_of(text.begin(), text.end(), is_name_character);
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
