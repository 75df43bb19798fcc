#include "gateway/problem_response.hpp"

#include <algorithm>

#include "gateway/json_writer.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kRetryAfterMinMs = 1000;  // the header tells whole seconds

std::string_view retry_name(Retry retry) {
  switch (retry) {
    case Retry::never: return "never";
    case Retry::same_id: return "same_id";
    case Retry::after: return "after";
  }
  return "never";
}

std::string_view help_of(const CodeInfo& code) {
  switch (code.code) {
    case Code::idempotency_conflict: return "Give the new transaction an id of its own.";
    case Code::no_answer_yet:
      return "Send it again with the same id, or ask for the transaction: it is decided at most once.";
    case Code::isolated:
      return "Do not send it under another id: no money has moved, and an operator may have this one "
             "decided. Ask for the transaction, which tells what came of it.";
    case Code::not_found: return "Look at the ids in the path.";
    default: break;
  }
  switch (code.retry) {
    case Retry::never: return "Change the request: sent again as it is, it is refused again.";
    case Retry::same_id: return "Send it again with the same id: it is decided at most once.";
    case Retry::after: return "Wait as long as Retry-After says and send it again with the same id.";
  }
  return {};
}

}  // namespace

HttpResponse problem_response(const Refusal& refusal, std::string_view request_id) {
  const CodeInfo& code = info(refusal.problem.code);
  JsonWriter json;
  json.open()
      .text("type", std::string("urn:florin:problem:").append(code.name))
      .text("title", code.text)
      .integer("status", code.http_status)
      .text("detail", refusal.problem.detail.empty() ? code.text : std::string_view(refusal.problem.detail))
      .integer("code", code.number)
      .text("name", code.name)
      .text("retry", retry_name(code.retry))
      .text("help", help_of(code))
      .text("request_id", request_id);
  HttpResponse response;
  if (code.retry == Retry::after) {
    const std::uint32_t wait_ms = std::max(refusal.retry_after_ms, kRetryAfterMinMs);
    json.unsigned_integer("retry_after_ms", wait_ms);
    response.with("Retry-After", std::to_string((wait_ms + 999) / 1000));
  }
  if (code.http_status == 401) {
    response.with("WWW-Authenticate", "Bearer");
  }
  if (!refusal.transaction.empty()) {
    json.raw("transaction", refusal.transaction);
  }
  if (refusal.replayed) {
    response.with("Idempotency-Replayed", "true");
  }
  response.status = code.http_status;
  response.content_type = "application/problem+json";
  response.body = json.close().take();
  return response;
}

}  // namespace florin
