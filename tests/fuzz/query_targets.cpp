#include <memory>

#include "tests/fuzz/query_stores.hpp"
#include "tests/fuzz/target.hpp"

namespace florin::test {

namespace {

/// Made with the first input and kept: a store takes longer to open than a query to answer.
using LazyStores = std::shared_ptr<std::unique_ptr<QueryStores>>;

Finding check_reply(std::string_view query, const std::string& bytes) {
  const auto reply = decode_reply(bytes);
  if (!reply) {
    return "a reply cannot be read: " + reply.error().detail;
  }
  if (const auto told = decode_handle(query); told && reply->code == Code::none) {
    return reply->request == told->request ? Finding() : Finding("a reply answers another HANDLE");
  }
  const auto asked = decode_query(query);
  if (asked && reply->request != asked->request) {
    return "a reply answers another request";
  }
  if (!asked && reply->code == Code::none) {
    return "what is no query is answered";
  }
  return reply->code != Code::none && reply->detail.empty() ? Finding("a refusal does not say why")
                                                            : Finding();
}

/// `ask` is one of QueryStores' functions.
template <class Ask>
std::function<Finding(std::string_view)> checked(const LazyStores& stores, Ask ask) {
  return [stores, ask](std::string_view query) -> Finding {
    if (*stores == nullptr) {
      *stores = std::make_unique<QueryStores>();
    }
    return check_reply(query, ((**stores).*ask)(query));
  };
}

/// LMDB and memory answer alike.
std::function<Finding(std::string_view)> compared(const LazyStores& stores) {
  const auto check = checked(stores, &QueryStores::ask_shard);
  return [stores, check](std::string_view query) -> Finding {
    if (const Finding finding = check(query)) {
      return finding;
    }
    return (*stores)->ask_shard(query) == (*stores)->ask_model(query)
               ? Finding()
               : Finding("LMDB and memory answer differently");
  };
}

std::string query(QueryKind kind, const Writer& parameters) {
  return encode_query(7, kind, parameters.view());
}

Writer parameters(std::size_t count) {
  Writer writer;
  writer.array(count);
  return writer;
}

/// About letter 1, which was rejected.
std::string told(HandleAction action) {
  Handle handle;
  handle.request = 7;
  handle.letter = LetterNumber(1);
  handle.by = OperatorName("ann");
  handle.action = action;
  handle.letter_class = LetterClass::rejected;
  handle.id = TransactionId("x~r1");
  handle.reason = "no";
  return encode_handle(handle);
}

/// Every kind goes to every owner; most of them are refused there, which is worth a seed too.
std::vector<std::string> query_seeds() {
  const std::string key = id_key(IdNamespace::client, WalletId("v"), TransactionId("o"));
  return {
      encode_query(1, QueryKind::status),
      encode_query(2, QueryKind::head),
      query(QueryKind::wallet, parameters(1).text("w")),
      query(QueryKind::wallets, parameters(2).text("v").uint(1)),
      query(QueryKind::history, parameters(3).text("w").uint(0).uint(2)),
      query(QueryKind::history, parameters(3).text("w").uint(4).uint(9)),
      query(QueryKind::transaction, parameters(2).text("w").text("d1")),
      query(QueryKind::replay, parameters(4).nil().uint(1).nil().uint(300)),
      encode_query(3, QueryKind::totals),
      query(QueryKind::ids, parameters(2).bin(key).uint(5)),
      query(QueryKind::accounts, parameters(2).text("v").uint(10)),
      encode_query(4, QueryKind::daily_totals),
      encode_query(5, QueryKind::positions),
      query(QueryKind::letters, parameters(5).uint(0).uint(10).boolean(true).text("nobody").uint(4)),
      query(QueryKind::letter, parameters(1).uint(2)),
      query(QueryKind::letters,
            parameters(6).uint(0).uint(10).boolean(false).nil().nil().map(1).text("reason").uint(231)),
      told(HandleAction::reserve),
      told(HandleAction::record),
      told(HandleAction::discard),
      query(QueryKind::refused, parameters(2).uint(0).uint(10)),
  };
}

}  // namespace

FuzzTargets query_targets() {
  const auto stores = std::make_shared<std::unique_ptr<QueryStores>>();
  const auto seeds = query_seeds();
  return {{"query_shard", compared(stores), seeds},
          {"query_accounting", checked(stores, &QueryStores::ask_accounting), seeds},
          {"query_dead_letters", checked(stores, &QueryStores::ask_dead_letters), seeds},
          {"query_router", checked(stores, &QueryStores::ask_router), seeds}};
}

}  // namespace florin::test
