#include "ledger/postings.hpp"

#include "base/invariant.hpp"

namespace florin {

void Postings::add(Posting posting) {
  invariant(count_ < legs_.size(), "an entry has at most two postings");
  legs_[count_++] = posting;
}

Postings postings_of(const Command& command, const ExternalAccount& external, bool unapplied) {
  Postings postings;
  const Direction direction = info(command.kind).direction;
  if (direction == Direction::none) {
    return postings;
  }
  const std::int64_t to_wallet =
      direction == Direction::credit ? command.amount.value() : -command.amount.value();
  const AccountKey inside =
      unapplied ? AccountKey{command.currency, AccountClass::external, ExternalAccount(kSuspenseAccount)}
                : AccountKey{command.currency, AccountClass::wallets, {}};
  postings.add({inside, to_wallet});
  postings.add({{command.currency, AccountClass::external, external}, -to_wallet});
  return postings;
}

void Totals::apply(const Postings& postings) {
  for (const Posting& posting : postings.all()) {
    totals_[posting.account] += posting.delta_minor;
  }
}

std::map<Currency, Int128> Totals::imbalance() const {
  std::map<Currency, Int128> sums;
  for (const auto& [account, total] : totals_) {
    sums[account.currency] += total;
  }
  return sums;
}

}  // namespace florin
