#include "tools/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.hpp"
#include "protocol/writer.hpp"

namespace florin {

namespace {

constexpr std::array<std::string_view, 6> kMerchants{"Cafe Florin",  "Book Corner",  "City Transit",
                                                     "Green Grocer", "Corner Kiosk", "Night Pharmacy"};
constexpr std::size_t kRecentMax = 64;
constexpr std::uint64_t kAmountMinMinor = 100;
constexpr std::uint64_t kAmountSpanMinor = 40'000;

std::string pack(const Command& command, bool is_async) {
  Writer writer;
  encode_command(writer, {command, {}, is_async});
  return std::move(writer).take();
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

tl::unexpected<Problem> too_many_wallets() {
  return problem(Code::invalid_wallet_id,
                 fmt::format("these are more than {} wallets, which is the maximum", kWalletListMax));
}

/// One part of a list: a wallet, or a range of numbers. What looks like a range is not taken for a name.
Result<void> append_wallets(std::string_view part, std::vector<WalletId>& wallets) {
  const std::size_t dash = part.find('-');
  if (dash != std::string_view::npos) {
    const auto first = to_number(part.substr(0, dash));
    const auto last = to_number(part.substr(dash + 1));
    if (first && last) {
      if (*first > *last) {
        return problem(Code::invalid_wallet_id, fmt::format("the range {} runs backwards", part));
      }
      if (*last - *first >= kWalletListMax - wallets.size()) {
        return too_many_wallets();
      }
      for (std::uint64_t i = 0; i <= *last - *first; ++i) {
        wallets.emplace_back(std::to_string(*first + i));
      }
      return {};
    }
  }
  if (!is_name(part)) {
    return problem(Code::invalid_wallet_id, fmt::format("`{}` is neither", escape_bytes(part)));
  }
  if (wallets.size() >= kWalletListMax) {
    return too_many_wallets();
  }
  wallets.emplace_back(part);
  return {};
}

}  // namespace

Traffic::Traffic(const TrafficOptions& options) : options_(options), random_(options.seed) {}

Command Traffic::fresh() {
  Command command;
  const std::uint64_t total = options_.deposits + options_.withdrawals + options_.payments;
  const std::uint64_t drawn = pick(total);
  command.kind = drawn < options_.deposits                          ? Kind::deposit
                 : drawn < options_.deposits + options_.withdrawals ? Kind::withdraw
                                                                    : Kind::payment;
  command.wallet = options_.wallets[pick(options_.wallets.size())];
  command.id = TransactionId(fmt::format("gen:{:x}:{}", options_.seed, ++made_));
  command.amount = MinorUnits(static_cast<std::int64_t>(kAmountMinMinor + pick(kAmountSpanMinor)));
  command.currency = options_.currency;
  if (command.kind == Kind::payment) {
    command.merchant = Merchant(kMerchants[pick(kMerchants.size())]);
  }
  return command;
}

Generated Traffic::broken() {
  Command command = fresh();
  Writer writer;
  switch (pick(5)) {
    case 0:  // no amount at all
      command.amount = MinorUnits(0);
      return {std::nullopt, pack(command, options_.is_async)};
    case 1:  // money that is gone
      command.amount = MinorUnits(-command.amount.value());
      return {std::nullopt, pack(command, options_.is_async)};
    case 2:  // a kind nobody knows
      writer.array(2).uint(99).text(command.id.view());
      return {std::nullopt, std::move(writer).take()};
    case 3:  // an element too few
      writer.array(5).uint(2).text(command.id.view()).text(command.wallet.view()).uint(100).map(0);
      return {std::nullopt, std::move(writer).take()};
    default:  // an option that is spelled wrong
      writer.array(6).uint(2).text(command.id.view()).text(command.wallet.view()).uint(100).text("EUR");
      writer.map(1).text("refrence").text("x");
      return {std::nullopt, std::move(writer).take()};
  }
}

Generated Traffic::next() {
  const std::uint64_t drawn = pick(100);
  if (drawn < options_.invalid_percent) {
    return broken();
  }
  if (drawn < options_.invalid_percent + options_.duplicates_percent && !recent_.empty()) {
    const Command& again = recent_[pick(recent_.size())];
    return {again, pack(again, options_.is_async)};
  }
  Command command = fresh();
  if (recent_.size() < kRecentMax) {
    recent_.push_back(command);
  } else {
    recent_[made_ % kRecentMax] = command;
  }
  std::string packed = pack(command, options_.is_async);
  return {std::move(command), std::move(packed)};
}

bool parse_mix(const std::string& text, TrafficOptions& traffic) {
  char end = 0;
  const int found = std::sscanf(text.c_str(), "%u,%u,%u%c", &traffic.deposits, &traffic.withdrawals,
                                &traffic.payments, &end);
  constexpr unsigned kWeightMax = 1000;
  const unsigned highest = std::max({traffic.deposits, traffic.withdrawals, traffic.payments});
  return found == 3 && highest > 0 && highest <= kWeightMax;
}

Result<std::vector<WalletId>> parse_wallets(const std::string& text) {
  std::vector<WalletId> wallets;
  const std::string_view view = text;
  for (std::size_t start = 0; start <= view.size();) {
    const std::size_t comma = std::min(view.find(',', start), view.size());
    if (const auto appended = append_wallets(view.substr(start, comma - start), wallets); !appended) {
      return tl::make_unexpected(appended.error());
    }
    start = comma + 1;
  }
  return wallets;
}

}  // namespace florin
