#include "logic/query_reply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace florin {

namespace {

constexpr std::uint64_t kPageRowsMax = 1000;

}  // namespace

Payload unknown_query(QueryKind kind) {
  return problem(Code::unknown_query,
                 fmt::format("query kind {} is not answered here", static_cast<unsigned>(kind)));
}

Payload finished(Reader& parameters, const std::function<Payload()>& answer) {
  parameters.finish();
  return parameters.ok() ? answer() : Payload(tl::make_unexpected(parameters.problem()));
}

Payload without_parameters(Reader& parameters, const std::function<Payload()>& answer) {
  parameters.array_of(0, "parameters");
  return finished(parameters, answer);
}

std::size_t read_limit(Reader& parameters) {
  return std::clamp<std::uint64_t>(parameters.uint("limit"), 1, kPageRowsMax);
}

std::string pack_positions(const std::vector<Position>& positions) {
  Writer writer;
  writer.array(positions.size());
  for (const Position& position : positions) {
    encode_position(writer, position);
  }
  return std::move(writer).take();
}

WalletId read_wallet(Reader& parameters) {
  const auto text = parameters.text("wallet", kKeyMax);
  if (parameters.ok() && !is_name(text)) {
    parameters.fail(Code::invalid_wallet_id, "wallet");
  }
  return parameters.ok() ? WalletId(text) : WalletId();
}

TransactionId read_transaction_id(Reader& parameters) {
  const auto text = parameters.text("id", kKeyMax);
  if (parameters.ok() && !is_name(text)) {
    parameters.fail(Code::invalid_transaction_id, "id");
  }
  return parameters.ok() ? TransactionId(text) : TransactionId();
}

}  // namespace florin
