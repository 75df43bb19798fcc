#pragma once

/// What every owner's answers to queries have in common. docs/PROTOCOL.md lists parameters and payloads.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/query.hpp"
#include "protocol/reader.hpp"
#include "storage/fault.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// More bytes than any key of a page has.
inline constexpr std::size_t kKeyMax = 256;

using Payload = Result<std::string>;

/// Decodes, lets `answer` do the work, and turns what can go wrong into a refusal.
template <class Answer>
std::string reply_to(std::string_view bytes, Answer answer) {
  const auto query = decode_query(bytes);
  if (!query) {
    return encode_refusal(0, query.error());
  }
  try {
    Reader parameters(query->parameters);
    const Payload payload = answer(query->kind, parameters);
    return payload ? encode_reply(query->request, *payload) : encode_refusal(query->request, payload.error());
  } catch (const StoreFault& fault) {
    return encode_refusal(query->request, {Code::store_fault, fault.what()});
  }
}

[[nodiscard]] Payload unknown_query(QueryKind kind);

/// The answer, where the parameters have been read to their end.
[[nodiscard]] Payload finished(Reader& parameters, const std::function<Payload()>& answer);
/// A query that has no parameters takes none.
[[nodiscard]] Payload without_parameters(Reader& parameters, const std::function<Payload()>& answer);

/// How many rows of a page are wanted, within what is given.
[[nodiscard]] std::size_t read_limit(Reader& parameters);
[[nodiscard]] WalletId read_wallet(Reader& parameters);
[[nodiscard]] TransactionId read_transaction_id(Reader& parameters);

[[nodiscard]] std::string pack_positions(const std::vector<Position>& positions);

template <class Row, class Encode>
std::string pack_page(const Page<Row>& page, Encode encode) {
  Writer writer;
  writer.array(2).array(page.rows.size());
  for (const Row& row : page.rows) {
    encode(writer, row);
  }
  writer.boolean(page.more);
  return std::move(writer).take();
}

}  // namespace florin
