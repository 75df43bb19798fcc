#include "ledger/command.hpp"

namespace florin {

std::string_view first_difference(const Command& a, const Command& b) {
  if (a.kind != b.kind) return "kind";
  if (a.mode != b.mode) return "mode";
  if (a.wallet != b.wallet) return "wallet";
  if (a.id != b.id) return "id";
  if (a.amount != b.amount) return "amount";
  if (a.currency != b.currency) return "currency";
  if (a.external != b.external) return "external account";
  if (a.merchant != b.merchant) return "merchant";
  if (a.reference != b.reference) return "reference";
  if (a.freeze != b.freeze) return "scope";
  if (a.credit_limit != b.credit_limit) return "credit limit";
  if (a.redrive_of != b.redrive_of) return "redriven id";
  return {};
}

bool same_content(const Command& a, const Command& b) {
  return first_difference(a, b).empty();
}

}  // namespace florin
