#pragma once

/// Every code that an answer can carry, in one table. The number is part of the wire format: it is never
/// changed and never used again. Within the business refusals the order is the order of the checks, so the
/// lowest number that applies is the one that is answered.
///
/// docs/PROTOCOL.md holds the same table; a test compares the two.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace florin {

/// Whether sending the command again can help.
enum class Retry : std::uint8_t {
  never,    ///< the same content will be answered the same way
  same_id,  ///< send it again with the same id: it is decided at most once
  after,    ///< the same, once the time in the answer has passed
};

// clang-format off
/// X(number, name, retry, http_status, text)
#define FLORIN_CODES(X)                                                                                       \
  X(0, none, never, 200, "done")                                                                              \
  /* 1xx: shape. Nothing was decided, the id is not used up. */                                               \
  X(101, malformed, never, 400, "the bytes are not the MessagePack this message needs")                       \
  X(102, unsupported_version, never, 400, "this protocol version is not spoken here")                         \
  X(103, unknown_kind, never, 400, "no message or transaction of this kind exists")                           \
  X(104, wrong_length, never, 400, "the array has another number of elements than its kind requires")         \
  X(105, wrong_type, never, 400, "an element has another type than its place requires")                       \
  X(106, trailing_bytes, never, 400, "bytes follow the end of the message")                                   \
  X(107, unknown_option, never, 400, "the option does not exist for this kind")                               \
  X(108, invalid_option, never, 400, "the option's value is not allowed")                                     \
  X(109, invalid_wallet_id, never, 400, "a wallet id is 1 to 64 characters of A-Z a-z 0-9 . _ : @ ~ -")       \
  X(110, invalid_transaction_id, never, 400, "a transaction id is 1 to 64 characters of A-Z a-z 0-9 . _ : @ ~ -") \
  X(111, card_number_as_id, never, 400, "what looks like a card number is not taken as a name or reference")  \
  X(112, invalid_amount, never, 400, "an amount is a whole number of minor units from 1 to 9007199254740991") \
  X(113, unknown_currency, never, 400, "the currency is not an ISO 4217 code in capitals")                    \
  X(114, message_too_large, never, 413, "the message is larger than the configured limit")                    \
  X(115, batch_too_large, never, 413, "the message holds more commands than the configured limit")            \
  /* 12x: shape of an HTTP request. */                                                                        \
  X(121, invalid_parameter, never, 400, "a part of the path, a parameter, a header or a cursor is not allowed") \
  X(122, invalid_body, never, 400, "the body is not one JSON object with the fields that this route takes")   \
  X(123, method_not_allowed, never, 405, "this resource does not know the method")                            \
  X(124, unsupported_media_type, never, 415, "a body is taken as application/json alone")                     \
  X(125, header_too_large, never, 431, "the head of the request is larger than the configured limit")         \
  /* 2xx: business. Decided and final, but for the conflict, which leaves the first decision as it is. */     \
  X(201, idempotency_conflict, never, 422, "this id was used in this wallet before, for other content")       \
  X(202, wallet_not_found, never, 422, "the wallet does not exist")                                           \
  X(203, wallet_exists, never, 422, "the wallet was opened before")                                           \
  X(204, wallet_closed, never, 422, "the wallet is closed")                                                   \
  X(205, debits_frozen, never, 422, "the wallet is frozen for debits")                                        \
  X(206, credits_frozen, never, 422, "the wallet is frozen for credits")                                      \
  X(207, currency_mismatch, never, 422, "the wallet holds another currency")                                  \
  X(231, insufficient_funds, never, 422, "the available balance is smaller than the amount")                  \
  X(232, balance_limit, never, 422, "the balance would leave the range of 9007199254740991 minor units")      \
  X(233, balance_not_zero, never, 422, "the wallet still holds or owes money")                                \
  X(234, money_pending, never, 422, "the wallet still has holds or transfers open")                           \
  /* 3xx: capacity. Nothing was decided, the id is not used up. */                                            \
  X(301, overloaded, after, 429, "a queue is full or the store has no room at the moment")                    \
  X(302, out_of_sequence, same_id, 409, "the session's messages before this one have not arrived")            \
  X(303, unknown_session, same_id, 409, "the router does not know this session, or no longer")                \
  X(304, still_in_flight, after, 409, "a request of the same wallet and id is being decided")                 \
  X(305, request_timeout, same_id, 408, "the request did not arrive in the time that is configured")          \
  /* 4xx: authorisation. Nothing was decided, the id is not used up. */                                       \
  X(401, not_authenticated, never, 401, "the caller's key or token is not known, or no longer")               \
  X(403, not_allowed, never, 403, "the caller is known, and has not the role that this needs")                \
  X(411, host_not_allowed, never, 421, "the Host header is none that this door goes by")                      \
  X(412, origin_not_allowed, never, 403, "a page of another origin may not call this door")                   \
  /* 5xx: fault. */                                                                                           \
  X(501, store_fault, after, 503, "the shard's store failed; whether this was decided is not known yet")      \
  X(502, unknown_query, never, 404, "no query of this kind is answered here")                                 \
  X(503, not_found, never, 404, "what was asked for does not exist")                                          \
  X(504, diverged, never, 409, "the given position is not on this journal's chain")                           \
  X(505, isolated, never, 500, "its worker ended again and again while it held this; set aside for an operator") \
  X(506, already_handled, never, 409, "the dead letter was redriven or discarded before")                     \
  X(507, not_redrivable, never, 409, "a dead letter of this class cannot be redriven as it is")               \
  X(508, owner_absent, after, 503, "the owner of the store that knows the answer does not answer at the moment") \
  X(509, no_answer_yet, same_id, 504, "no answer came in time; whether this was decided is not known yet")
// clang-format on

enum class Code : std::uint16_t {
#define FLORIN_ENUMERATE(number, name, retry, http_status, text) name = number,
  FLORIN_CODES(FLORIN_ENUMERATE)
#undef FLORIN_ENUMERATE
};

struct CodeInfo {
  Code code;
  std::uint16_t number;
  std::string_view name;
  Retry retry;
  std::uint16_t http_status;
  std::string_view text;
};

/// All codes, by number.
[[nodiscard]] std::span<const CodeInfo> codes();
[[nodiscard]] const CodeInfo& info(Code code);
[[nodiscard]] std::optional<Code> code_from_number(std::uint64_t number);
[[nodiscard]] inline std::string_view name(Code code) {
  return info(code).name;
}

}  // namespace florin
