// What wallets hold, and which there are.

#include <fmt/format.h>

#include <algorithm>

#include "gateway/cursor.hpp"
#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"
#include "gateway/transaction_json.hpp"
#include "gateway/wallet_of_path.hpp"

namespace florin {

namespace {

Question wallets_question(ShardIndex shard, const PageParameters& page) {
  Writer parameters;
  parameters.array(2).text_or_nil(page.after).uint(page.limit);
  return {{Part::shard, shard}, QueryKind::wallets, std::move(parameters).take()};
}

/// Adds the wallets of a shard's page; says whether more follow there.
Result<bool> read_wallets(std::string_view payload, std::vector<WalletRow>& rows) {
  Reader reader(payload);
  reader.array_of(2, "page");
  const std::uint32_t count = reader.array("wallets");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    rows.push_back(decode_wallet_row(reader));
  }
  const bool more = reader.boolean("more");
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return more;
}

/// The first of all shards in the order of their ids. Each shard gave as many as are wanted, so none is
/// missed.
Step merge_wallets(const Replies& replies, const PageParameters& page) {
  std::vector<WalletRow> rows;
  bool more = false;
  for (const Result<std::string>& reply : replies) {
    const auto more_there = reply ? read_wallets(*reply, rows) : tl::make_unexpected(reply.error());
    if (!more_there) {
      return more_there.error();
    }
    more = more || *more_there;
  }
  std::sort(rows.begin(), rows.end(),
            [](const WalletRow& a, const WalletRow& b) { return a.wallet < b.wallet; });
  more = more || rows.size() > page.limit;
  rows.resize(std::min(rows.size(), page.limit));
  JsonWriter json;
  json.open().open_array("wallets");
  for (const WalletRow& row : rows) {
    json.raw_element(wallet_json(row));
  }
  json.close_array();
  if (more && !rows.empty()) {
    json.text("next_cursor", make_cursor(page.list, rows.back().wallet.view()));
  } else {
    json.null("next_cursor");
  }
  return HttpResponse{200, "application/json", json.close().take(), {}};
}

/// Asks for the wallet of the path and shows it by `show`.
Step with_wallet(const Call& call, std::string (*show)(const WalletRow&)) {
  if (const auto none = no_parameters(call.target); !none) {
    return none.error();
  }
  const auto wallet = wallet_of_path(call);
  if (!wallet) {
    return wallet.error();
  }
  Writer parameters;
  parameters.array(1).text(wallet->view());
  return Gather{
      {{owner_of(*wallet, call.shards), QueryKind::wallet, std::move(parameters).take()}},
      [show](Replies& replies) -> Step {
        if (!replies.front()) {
          return replies.front().error();
        }
        Reader reader(*replies.front());
        const WalletRow row = decode_wallet_row(reader);
        if (!reader.ok()) {
          return reader.problem();
        }
        if (row.state.status == WalletStatus::absent) {
          return Problem{Code::not_found, fmt::format("wallet {} was never opened", row.wallet.view())};
        }
        return HttpResponse{200, "application/json", show(row), {}};
      }};
}

}  // namespace

namespace route {

Step list_wallets(const Call& call) {
  const auto page = page_parameters(call.target, "wallets", {});
  if (!page) {
    return page.error();
  }
  Gather gather;
  for (std::uint16_t shard = 0; shard < call.shards; ++shard) {
    gather.questions.push_back(wallets_question(ShardIndex(shard), *page));
  }
  gather.then = [page = *page](Replies& replies) { return merge_wallets(replies, page); };
  return gather;
}

Step show_wallet(const Call& call) {
  return with_wallet(call, wallet_json);
}

Step show_balance(const Call& call) {
  return with_wallet(call, balance_json);
}

}  // namespace route

}  // namespace florin
