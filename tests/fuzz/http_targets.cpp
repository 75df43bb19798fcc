#include <algorithm>
#include <nlohmann/json.hpp>

#include "gateway/api.hpp"
#include "tests/fuzz/target.hpp"

namespace florin::test {

namespace {

constexpr TimeUs kStart{1'800'000'000'000'000};
constexpr std::size_t kHeadersMax = 32;

/// What comes before the first `end`, which is taken off too; all of it where there is none.
std::string_view take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = std::min(rest.find(end), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + end.size(), rest.size()));
  return taken;
}

/// A request as its parser hands it over, which has seen to the bytes of the head:
///
///     METHOD target\nname: value\n...\n\nbody
HttpRequest read_request(std::string_view bytes) {
  HttpRequest request;
  std::string_view head = take_until(bytes, "\n\n");
  request.body = bytes;
  std::string_view line = take_until(head, "\n");
  request.method = take_until(line, " ");
  request.target = line;
  while (!head.empty() && request.headers.size() < kHeadersMax) {
    std::string_view header = take_until(head, "\n");
    const std::string_view name = take_until(header, ": ");
    request.headers.push_back({name, header});
  }
  return request;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ';
}

Finding check_response(const HttpResponse& response) {
  if (response.status < 200 || response.status > 599) {
    return "a status that is none";
  }
  const bool is_json = response.content_type.find("json") != std::string::npos;
  if (is_json && response.status != 304 && !response.has("Content-Encoding") &&
      !nlohmann::json::accept(response.body)) {
    return "a body that is no JSON: " + response.body;
  }
  for (const auto& [name, value] : response.headers) {
    if (std::any_of(name.begin(), name.end(), is_control) ||
        std::any_of(value.begin(), value.end(), is_control)) {
      return "a header that breaks the head of the answer: " + name;
    }
  }
  return {};
}

Finding check_command(const OutgoingCommand& command) {
  Reader reader(command.packed);
  const auto decoded = decode_command(reader);
  if (!decoded || !reader.at_end() || decoded->command.wallet != command.wallet) {
    return "a command that the router would refuse";
  }
  return {};
}

/// Everything that comes up is answered: questions with what stands in the body, commands with a refusal.
Finding check_request(std::string_view bytes) {
  Api api({}, 2, "fuzz", open_door());
  const HttpRequest request = read_request(bytes);
  api.on_request(ExchangeId(1), request, kStart);
  std::size_t answers = 0;
  constexpr int kStepsMax = 10;
  for (int step = 0; step < kStepsMax; ++step) {
    const GatewayEffects effects = api.take();
    for (const OutgoingResponse& outgoing : effects.responses) {
      ++answers;
      if (auto finding = check_response(outgoing.response)) {
        return finding;
      }
    }
    for (const OutgoingCommand& command : effects.commands) {
      if (auto finding = check_command(command)) {
        return finding;
      }
      Answer answer;
      answer.resolution = Resolution::rejected;
      answer.code = Code::wallet_not_found;
      api.on_outcome(command.tag, answer);
    }
    for (const OutgoingQuestion& outgoing : effects.questions) {
      api.on_reply(outgoing.tag, std::string(request.body), kStart);
    }
    if (step + 2 == kStepsMax) {
      api.on_tick(kStart.plus(60'000'000));
    }
  }
  return answers == 1 && api.open_exchanges() == 0 ? Finding() : Finding("a request is not answered once");
}

}  // namespace

FuzzTargets http_targets() {
  const std::string host = "\nHost: localhost\n";
  const std::string json = host + "Content-Type: application/json\n";
  return {{"http_request",
           check_request,
           {"POST /v1/wallets/101/deposits" + json +
                "\n{\"id\":\"a\",\"amount_minor\":1250,\"currency\":\"EUR\"}",
            "POST /v1/wallets/101/payments" + json +
                "Idempotency-Key: "
                "k\n\n{\"amount_minor\":1,\"currency\":\"JPY\",\"merchant\":\"m\",\"mode\":\"advise\"}",
            "POST /v1/wallets" + json +
                "\n{\"id\":\"a\",\"wallet\":\"w\",\"currency\":\"EUR\",\"credit_limit_minor\":5}",
            "POST /v1/wallets/w/freeze" + json +
                "traceparent: "
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n\n{\"id\":\"a\",\"scope\":\"all\"}",
            "GET /v1/wallets?limit=5" + host + "\n\x92\x90\xC2", "GET /v1/wallets/%41/balance" + host + "\n",
            "GET /v1/wallets/a/transactions?kind=deposit&outcome=success" + host + "\n\x92\x90\xC2",
            "GET /v1/wallets/a/transactions/b" + host + "X-Request-Id: r\n\n",
            "GET /v1/status" + host + "\n\x80", "GET /v1/shards" + host + "\n\x81\xA6shards\x91\x80",
            "GET /readyz" + host + "Origin: http://localhost\n\n",
            "GET /v1/transactions?limit=3" + host + "\n\x92\x90\xC2",
            "GET /v1/dead-letters?needs_action=true&class=failed" + host + "\n\x92\x90\xC2",
            "GET /v1/dead-letters/7" + host + "\n", "GET /docs" + host + "Accept-Encoding: gzip\n\n",
            "GET /openapi.json" + host + "If-None-Match: *\n\n",
            "GET /v1/workers" + host + "\n\x81\xA6shards\x91\x81\xA6worker\xA1w"}}};
}

}  // namespace florin::test
