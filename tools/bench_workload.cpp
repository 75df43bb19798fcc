#include "tools/bench_workload.hpp"

#include <array>
#include <charconv>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::string_view kWalletPrefix = "bench:";
constexpr std::size_t kNumberLetters = 16;
constexpr std::size_t kRunLetters = 8;
constexpr std::uint64_t kSmallestMinor = 100;
constexpr std::uint64_t kSpanMinor = 40'000;
constexpr std::int64_t kFundingMinor = 100'000;
constexpr std::array<std::string_view, 4> kShops{"Cafe Florin", "Book Corner", "City Transit",
                                                 "Green Grocer"};

// MurmurHash3's finalizer (Austin Appleby, public domain), and the way back: a shift by more than half the
// bits undoes itself, and an odd factor has an inverse.
std::uint64_t scatter(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xff51afd7ed558ccdU;
  value ^= value >> 33U;
  value *= 0xc4ceb9fe1a85ec53U;
  return value ^ value >> 33U;
}

std::uint64_t gather(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0x9cb4b2f8129337dbU;
  value ^= value >> 33U;
  value *= 0x4f74430c22a54005U;
  return value ^ value >> 33U;
}

void put_letters(char* to, std::uint64_t value, std::size_t letters) {
  for (std::size_t i = letters; i-- > 0; value >>= 4U) {
    to[i] = static_cast<char>('a' + (value & 15U));
  }
}

std::optional<std::uint64_t> read_letters(std::string_view letters) {
  std::uint64_t value = 0;
  for (const char letter : letters) {
    if (letter < 'a' || letter > 'p') {
      return std::nullopt;
    }
    value = value << 4U | static_cast<std::uint64_t>(letter - 'a');
  }
  return value;
}

WalletId bench_wallet(std::uint64_t index) {
  std::array<char, 32> text{};
  kWalletPrefix.copy(text.data(), kWalletPrefix.size());
  const auto end = std::to_chars(text.data() + kWalletPrefix.size(), text.data() + text.size(), index).ptr;
  return WalletId({text.data(), static_cast<std::size_t>(end - text.data())});
}

Currency bench_currency() {
  static const Currency currency = *Currency::parse("EUR");
  return currency;
}

}  // namespace

Workload::Workload(const WorkloadOptions& options) : options_(options), id_prefix_("bench:") {
  invariant(options.wallets > 0 && options.deposits + options.withdrawals + options.payments > 0,
            "a workload has wallets, and a mix of something");
  std::array<char, kRunLetters> run{};
  put_letters(run.data(), scatter(options.seed), kRunLetters);
  id_prefix_.append(run.data(), run.size()).push_back(':');
}

Command Workload::command(std::uint64_t number) const {
  const std::uint64_t first = scatter(number + scatter(options_.seed));
  const std::uint64_t second = scatter(first + 1);
  Command command;
  const std::uint64_t drawn = first % (options_.deposits + options_.withdrawals + options_.payments);
  command.kind = drawn < options_.deposits                          ? Kind::deposit
                 : drawn < options_.deposits + options_.withdrawals ? Kind::withdraw
                                                                    : Kind::payment;
  command.wallet = bench_wallet(second % options_.wallets);
  command.amount = MinorUnits(static_cast<std::int64_t>(kSmallestMinor + (first >> 32U) % kSpanMinor));
  command.currency = bench_currency();
  if (command.kind == Kind::payment) {
    command.merchant = Merchant(kShops[(second >> 48U) % kShops.size()]);
  }
  std::array<char, TransactionId::kCapacity> id{};
  id_prefix_.copy(id.data(), id_prefix_.size());
  put_letters(id.data() + id_prefix_.size(), options_.ids == IdOrder::ordered ? number : scatter(number),
              kNumberLetters);
  command.id = TransactionId({id.data(), id_prefix_.size() + kNumberLetters});
  return command;
}

std::optional<std::uint64_t> Workload::number_of(const TransactionId& id) const {
  const std::string_view text = id.view();
  if (text.size() != id_prefix_.size() + kNumberLetters || !text.starts_with(id_prefix_)) {
    return std::nullopt;
  }
  const auto letters = read_letters(text.substr(id_prefix_.size()));
  return letters && options_.ids == IdOrder::random ? std::optional(gather(*letters)) : letters;
}

Command Workload::opening(std::uint64_t wallet) {
  Command command;
  command.kind = Kind::open;
  command.wallet = bench_wallet(wallet);
  command.id = TransactionId("bench:open");
  command.currency = bench_currency();
  return command;
}

Command Workload::funding(std::uint64_t wallet) {
  Command command = opening(wallet);
  command.kind = Kind::deposit;
  command.id = TransactionId("bench:fund");
  command.amount = MinorUnits(kFundingMinor);
  return command;
}

}  // namespace florin
