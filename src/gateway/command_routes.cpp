// The writes: each makes one command of a path and a body. What the router would refuse as malformed is
// refused here, by the same decoder, before anything is sent.

#include <fmt/format.h>

#include "base/text.hpp"
#include "gateway/json_body.hpp"
#include "gateway/prefer.hpp"
#include "gateway/routes.hpp"
#include "gateway/trace_parent.hpp"

namespace florin {

namespace {

/// A name of any text, for the decoder to judge; only its length is judged here.
template <class Name>
Name named(JsonBody& body, std::string_view what, const std::string& text, Code code) {
  if (text.empty() || text.size() > Name::kCapacity) {
    body.fail(code, fmt::format("{} must be 1 to {} bytes", what, Name::kCapacity));
    return Name();
  }
  return Name(text);
}

/// The id stands in the body or in the header Idempotency-Key; where in both, they are the same.
std::string id_of(const HttpRequest& request, JsonBody& body) {
  const auto in_body = body.optional_text("id");
  const auto header = request.header("Idempotency-Key");
  if (request.count("Idempotency-Key") > 1 || (in_body && header && *in_body != *header)) {
    body.fail(Code::invalid_transaction_id, "`id` and Idempotency-Key are one id: send one of them");
  } else if (!in_body && !header) {
    body.fail(
        Code::invalid_transaction_id,
        "the transaction has no id: send `id` in the body, or the header Idempotency-Key, so that sending "
        "it again can never move money twice");
  }
  return in_body ? *in_body : std::string(header.value_or(""));
}

Currency read_currency(JsonBody& body) {
  const std::string code = body.text("currency");
  const auto currency = Currency::parse(code);
  if (body.ok() && !currency) {
    body.fail(Code::unknown_currency,
              fmt::format("field `currency` is `{}`", escape_bytes(code.substr(0, 16))));
  }
  return currency.value_or(Currency());
}

void read_money(JsonBody& body, Command& command) {
  command.amount = MinorUnits(body.minor("amount_minor"));
  command.currency = read_currency(body);
  if (const auto mode = body.optional_text("mode"); mode && *mode != name(Mode::authorise)) {
    if (*mode != name(Mode::advise)) {
      body.fail(Code::invalid_option, "field `mode` is neither `authorise` nor `advise`");
    }
    command.mode = Mode::advise;
  }
  if (const auto external = body.optional_text("external")) {
    command.external = named<ExternalAccount>(body, "field `external`", *external, Code::invalid_option);
  }
}

void read_credit_limit(JsonBody& body, Command& command, bool required) {
  const auto limit = required ? std::optional(body.minor("credit_limit_minor"))
                              : body.optional_integer("credit_limit_minor");
  if (body.ok() && limit && (*limit < 0 || *limit > kAmountMax.value())) {
    body.fail(Code::invalid_option, fmt::format("field `credit_limit_minor` is {}: it must be 0 to {}",
                                                *limit, kAmountMax.value()));
  }
  if (limit) {
    command.credit_limit = MinorUnits(*limit);
  }
}

void read_scope(JsonBody& body, Command& command) {
  const std::string scope = body.text("scope");
  for (const FreezeScope known : {FreezeScope::debits, FreezeScope::credits, FreezeScope::all}) {
    if (scope == name(known)) {
      command.freeze = known;
    }
  }
  if (body.ok() && command.freeze == FreezeScope::none) {
    body.fail(Code::invalid_option, "field `scope` is none of `debits`, `credits`, `all`");
  }
}

void read_kind(JsonBody& body, Command& command) {
  switch (command.kind) {
    case Kind::open:
      command.currency = read_currency(body);
      read_credit_limit(body, command, false);
      break;
    case Kind::deposit:
    case Kind::withdraw: read_money(body, command); break;
    case Kind::payment:
      read_money(body, command);
      if (const auto merchant = body.optional_text("merchant")) {
        command.merchant = named<Merchant>(body, "field `merchant`", *merchant, Code::invalid_option);
      }
      break;
    case Kind::freeze: read_scope(body, command); break;
    case Kind::unfreeze:
    case Kind::close: break;
    case Kind::set_limits:
      command.currency = read_currency(body);
      read_credit_limit(body, command, true);
      break;
  }
}

void read_common(const HttpRequest& request, JsonBody& body, Command& command) {
  command.id = named<TransactionId>(body, "the id", id_of(request, body), Code::invalid_transaction_id);
  if (const auto reference = body.optional_text("reference")) {
    command.reference = named<Reference>(body, "field `reference`", *reference, Code::invalid_option);
  }
  constexpr std::int64_t kDateMax = 99'991'231;
  if (const auto date = body.optional_integer("effective_date")) {
    if (*date < 1 || *date > kDateMax) {
      body.fail(Code::invalid_option,
                fmt::format("field `effective_date` {} is no day of the form yyyymmdd", *date));
    } else {
      command.effective_date = static_cast<std::uint32_t>(*date);
    }
  }
}

/// What the router would say to it.
Step judged(const TracedCommand& traced) {
  Writer writer;
  encode_command(writer, traced);
  Reader reader(writer.view());
  if (const auto decoded = decode_command(reader); !decoded) {
    return decoded.error();
  }
  return Decide{traced};
}

Step submit(const Call& call, Kind kind) {
  JsonBody body(call.request.body);
  TracedCommand traced;
  Command& command = traced.command;
  command.kind = kind;
  const std::string wallet = kind == Kind::open ? body.text("wallet") : call.names.front();
  command.wallet = named<WalletId>(body, "the wallet", wallet, Code::invalid_wallet_id);
  read_common(call.request, body, command);
  read_kind(body, command);
  body.finish();
  if (!body.ok()) {
    return body.problem();
  }
  traced.trace = trace_of(call.request);
  traced.is_async = prefers_async(call.request);
  return judged(traced);
}

}  // namespace

namespace route {

Step open_wallet(const Call& call) {
  return submit(call, Kind::open);
}
Step deposit(const Call& call) {
  return submit(call, Kind::deposit);
}
Step withdraw(const Call& call) {
  return submit(call, Kind::withdraw);
}
Step payment(const Call& call) {
  return submit(call, Kind::payment);
}
Step freeze(const Call& call) {
  return submit(call, Kind::freeze);
}
Step unfreeze(const Call& call) {
  return submit(call, Kind::unfreeze);
}
Step close(const Call& call) {
  return submit(call, Kind::close);
}
Step set_limits(const Call& call) {
  return submit(call, Kind::set_limits);
}

}  // namespace route

}  // namespace florin
