#pragma once

/// The names that come from outside, and what makes one well-formed.

#include <optional>
#include <string>
#include <string_view>

#include "base/bounded_text.hpp"

namespace florin {

inline constexpr std::size_t kNameMax = 64;

/// 1 to 64 characters of `A-Z a-z 0-9 . _ : @ ~ -`.
using WalletId = BoundedText<struct WalletIdTag, kNameMax>;
/// The same alphabet; unique within its wallet, so senders prefix it with where it comes from.
using TransactionId = BoundedText<struct TransactionIdTag, kNameMax>;
/// An account outside all wallets: `bank:settlement`, `card:visa`, `fees`. The same alphabet.
using ExternalAccount = BoundedText<struct ExternalAccountTag, kNameMax>;
/// Who a card payment went to. Any printable UTF-8 text.
using Merchant = BoundedText<struct MerchantTag, kNameMax>;
/// The sender's own reference (an end-to-end id, an invoice). Any printable UTF-8 text.
using Reference = BoundedText<struct ReferenceTag, kNameMax>;
/// Whose key a command came in under.
using ClientName = BoundedText<struct ClientNameTag, kNameMax>;

/// Money that fits no wallet waits here; only Florin itself posts to it.
inline constexpr std::string_view kSuspenseAccount = "suspense";

/// Whether `text` is 1 to 64 characters of the alphabet of names.
[[nodiscard]] bool is_name(std::string_view text);

/// Whether `text` is 1 to 64 bytes of well-formed UTF-8 without control characters.
[[nodiscard]] bool is_label(std::string_view text);

/// Whether clients may name it as an external account: a name that is none of Florin's own accounts.
[[nodiscard]] bool is_open_external_account(std::string_view text);

/// Thirteen to nineteen digits, perhaps in groups, that start like a payment card's number and carry a
/// valid Luhn check digit (ISO/IEC 7812-1). Such text is refused as an id, an external account and a
/// reference, which are kept for ever.
[[nodiscard]] bool looks_like_card_number(std::string_view text);

/// `bytes` with all but the last four digits of every run of 13 or more digits replaced by `x`, so that a
/// message refused for a card number can be kept and shown. The length stays the same.
[[nodiscard]] std::string mask_card_numbers(std::string_view bytes);

}  // namespace florin
