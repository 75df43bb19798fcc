// What happened to a wallet: one transaction, or all of them, newest first.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "gateway/cursor.hpp"
#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"
#include "gateway/transaction_json.hpp"
#include "gateway/wallet_of_path.hpp"

namespace florin {

namespace {

/// Entries that one request looks at, where a filter passes most of them over. The page that it gets may be
/// short or empty then; its cursor goes on.
constexpr std::size_t kScannedMax = 2000;

/// A list of a wallet's transactions on its way: asked for page by page until it is long enough.
struct Listing {
  WalletId wallet;
  Owner owner;
  PageParameters page;
  std::optional<Kind> kind;
  std::optional<Outcome> outcome;
  SequenceNumber before;  ///< the last one looked at; 0 for the newest
  std::size_t scanned = 0;
  std::size_t taken = 0;
  JsonWriter json;
};

Result<void> read_filters(const Target& target, Listing& listing) {
  if (const auto given = target.parameter("kind")) {
    listing.kind = kind_from_name(*given);
    if (!listing.kind) {
      return problem(Code::invalid_parameter, fmt::format("kind is `{}`, which is no kind", *given));
    }
  }
  if (const auto given = target.parameter("outcome")) {
    constexpr std::array kOutcomes{Outcome::success, Outcome::rejected, Outcome::error};
    const auto found = std::find_if(kOutcomes.begin(), kOutcomes.end(),
                                    [&](Outcome outcome) { return name(outcome) == *given; });
    if (found == kOutcomes.end()) {
      return problem(Code::invalid_parameter,
                     fmt::format("outcome is `{}`: one of success, rejected, error", *given));
    }
    listing.outcome = *found;
  }
  return {};
}

/// The sequence behind which the page begins.
Result<SequenceNumber> read_before(const std::string& place) {
  std::uint64_t before = 0;
  const auto [end, error] = std::from_chars(place.data(), place.data() + place.size(), before);
  if (!place.empty() && (error != std::errc() || end != place.data() + place.size())) {
    return problem(Code::invalid_parameter, "the cursor is none of this list: begin without one");
  }
  return SequenceNumber(before);
}

bool passes(const Listing& listing, const Entry& entry) {
  return (!listing.kind || entry.command.kind == *listing.kind) &&
         (!listing.outcome || entry.outcome == *listing.outcome);
}

Step finish(Listing& listing, bool more) {
  listing.json.close_array();
  if (more) {
    listing.json.text("next_cursor", make_cursor(listing.page.list, std::to_string(listing.before.value())));
  } else {
    listing.json.null("next_cursor");
  }
  return HttpResponse{200, "application/json", listing.json.close().take(), {}};
}

Step ask_more(std::shared_ptr<Listing> listing);

/// Takes what passes of a page of history. Stops in the middle of it where the list is full.
Step take_page(const std::shared_ptr<Listing>& listing, std::string_view payload) {
  Reader reader(payload);
  reader.array_of(2, "page");
  const std::uint32_t count = reader.array("entries");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const auto row = decode_entry_row(reader);
    if (!row) {
      return row.error();
    }
    if (listing->taken == listing->page.limit) {
      return finish(*listing, true);
    }
    ++listing->scanned;
    listing->before = row->entry.sequence();
    if (passes(*listing, row->entry)) {
      listing->json.raw_element(transaction_json(*row));
      ++listing->taken;
    }
  }
  const bool more = reader.boolean("more");
  reader.finish();
  if (!reader.ok()) {
    return reader.problem();
  }
  const bool enough = listing->taken == listing->page.limit || listing->scanned >= kScannedMax;
  return more && !enough ? ask_more(listing) : finish(*listing, more);
}

Step ask_more(std::shared_ptr<Listing> listing) {
  Writer parameters;
  parameters.array(3).text(listing->wallet.view()).uint(listing->before.value()).uint(listing->page.limit);
  Question question{listing->owner, QueryKind::history, std::move(parameters).take()};
  return Gather{{std::move(question)}, [listing = std::move(listing)](Replies& replies) -> Step {
                  return replies.front() ? take_page(listing, *replies.front())
                                         : Step(replies.front().error());
                }};
}

/// One transaction that is looked for: at its shard; where that has none, in the inbox; and where that has
/// none either, at its shard again, which has decided it in between or never heard of it.
struct Lookup {
  WalletId wallet;
  TransactionId id;
  Owner owner;
  std::string pending;  ///< what this gateway itself knows of it; empty for nothing
};

enum class Ask : std::uint8_t { first, again };

Question question_of(const Lookup& lookup, const Owner& owner) {
  Writer parameters;
  parameters.array(2).text(lookup.wallet.view()).text(lookup.id.view());
  return {owner, QueryKind::transaction, std::move(parameters).take()};
}

HttpResponse transaction_response(std::string json) {
  return {200, "application/json", std::move(json), {}};
}

Step ask_shard(const std::shared_ptr<Lookup>& lookup, Ask ask);

Step ask_inbox(const std::shared_ptr<Lookup>& lookup) {
  return Gather{{question_of(*lookup, {Part::router, {}})}, [lookup](Replies& replies) -> Step {
                  if (!replies.front()) {
                    return ask_shard(lookup, Ask::again);
                  }
                  Reader reader(*replies.front());
                  const QueuedRow row = decode_queued_row(reader);
                  return reader.ok() ? Step(transaction_response(
                                           queued_json(lookup->wallet.view(), lookup->id.view(), row.queued)))
                                     : Step(reader.problem());
                }};
}

Step ask_shard(const std::shared_ptr<Lookup>& lookup, Ask ask) {
  return Gather{{question_of(*lookup, lookup->owner)}, [lookup, ask](Replies& replies) -> Step {
                  const auto& reply = replies.front();
                  if (reply) {
                    Reader reader(*reply);
                    const auto row = decode_entry_row(reader);
                    return row ? Step(transaction_response(transaction_json(*row))) : Step(row.error());
                  }
                  // A shard that is away has not decided it meanwhile; the inbox may still know it.
                  if (ask == Ask::first) {
                    return ask_inbox(lookup);
                  }
                  return reply.error().code == Code::not_found && !lookup->pending.empty()
                             ? Step(transaction_response(lookup->pending))
                             : Step(reply.error());
                }};
}

}  // namespace

namespace route {

Step list_transactions(const Call& call) {
  const auto wallet = wallet_of_path(call);
  if (!wallet) {
    return wallet.error();
  }
  const auto page =
      page_parameters(call.target, fmt::format("transactions of {}", wallet->view()), {"kind", "outcome"});
  if (!page) {
    return page.error();
  }
  const auto before = read_before(page->after);
  if (!before) {
    return before.error();
  }
  auto listing = std::make_shared<Listing>();
  listing->wallet = *wallet;
  listing->owner = owner_of(*wallet, call.shards);
  listing->page = *page;
  listing->before = *before;
  if (const auto filters = read_filters(call.target, *listing); !filters) {
    return filters.error();
  }
  listing->json.open().open_array("transactions");
  return ask_more(std::move(listing));
}

Step show_transaction(const Call& call) {
  const auto wallet = wallet_of_path(call);
  if (!wallet) {
    return wallet.error();
  }
  const std::string& id = call.names.back();
  if (!is_name(id)) {
    return Problem{Code::invalid_transaction_id, "the transaction id in the path is none"};
  }
  if (const auto none = no_parameters(call.target); !none) {
    return none.error();
  }
  auto lookup = std::make_shared<Lookup>();
  lookup->wallet = *wallet;
  lookup->id = TransactionId(id);
  lookup->owner = owner_of(*wallet, call.shards);
  // Looked up before the shard is asked: what is decided in between is found there.
  const Command* pending = call.in_flight.find(wallet->view(), id);
  lookup->pending = pending == nullptr ? std::string() : pending_json(*pending);
  return ask_shard(lookup, Ask::first);
}

}  // namespace route

}  // namespace florin
