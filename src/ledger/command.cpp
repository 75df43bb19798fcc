#include "ledger/command.hpp"

namespace florin {

bool same_content(const Command& a, const Command& b) {
  Command dated = b;
  dated.effective_date = a.effective_date;
  return a == dated;
}

}  // namespace florin
