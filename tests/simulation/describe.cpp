#include "tests/simulation/describe.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "protocol/backend.hpp"
#include "protocol/message.hpp"

namespace florin::sim {

namespace {

std::string describe_work(const Work& work) {
  std::string text = fmt::format("WORK {}{} to incarnation {} epoch {}, tickets", work.number,
                                 work.anew ? " anew" : "", work.incarnation.value(), work.epoch.value());
  for (const WorkItem& item : work.items) {
    text += fmt::format(" {}", item.ticket.value());
  }
  return text;
}

std::string describe_results(const Results& results) {
  std::string text = fmt::format("RESULTS {} of incarnation {} epoch {}:", results.number,
                                 results.incarnation.value(), results.epoch.value());
  for (const TicketAnswer& result : results.answers) {
    Reader reader(result.body);
    const auto answer = decode_answer_body(reader);
    text += fmt::format(" {}={}", result.ticket.value(), answer ? static_cast<int>(answer->code) : -1);
  }
  return text;
}

std::string describe_submit(const Submit& submit) {
  const std::string session = submit.head.session ? to_hex(submit.head.session->view()).substr(0, 8) : "no";
  std::string text = fmt::format("SUBMIT {} of {} session:", submit.head.number, session);
  for (const Submit::Item& item : submit.items) {
    text += item.decoded
                ? fmt::format(" {}/{}", item.decoded->command.wallet.view(), item.decoded->command.id.view())
                : fmt::format(" malformed");
  }
  return text;
}

std::string describe_answers(const std::vector<AddressedAnswer>& answers) {
  std::string text = "ANSWERS";
  for (const AddressedAnswer& addressed : answers) {
    text += fmt::format(" {}.{}={}", addressed.number ? std::to_string(*addressed.number) : "-",
                        addressed.index ? std::to_string(*addressed.index) : "-",
                        static_cast<int>(addressed.answer.code));
  }
  return text;
}

}  // namespace

std::string describe(std::string_view message) {
  if (const auto work = decode_work(message)) {
    return describe_work(*work);
  }
  if (const auto results = decode_results(message)) {
    return describe_results(*results);
  }
  if (const auto ready = decode_ready(message)) {
    return fmt::format("READY of epoch {} for incarnation {}, next {}, {} results", ready->epoch.value(),
                       ready->incarnation.value(), ready->next, ready->results);
  }
  if (const auto submit = decode_submit(message, 1000)) {
    return describe_submit(*submit);
  }
  if (const auto answers = decode_answers(message)) {
    return describe_answers(*answers);
  }
  if (const auto hello = decode_hello(message)) {
    return fmt::format("HELLO of session {}", to_hex(hello->session.view()).substr(0, 8));
  }
  if (const auto welcome = decode_welcome(message)) {
    return fmt::format("WELCOME to session {}, incarnation {}, expects {}",
                       to_hex(welcome->session.view()).substr(0, 8), welcome->incarnation.value(),
                       welcome->expected);
  }
  if (const auto go_back = decode_go_back(message)) {
    return fmt::format("GO_BACK of session {}, code {}, expects {}",
                       to_hex(go_back->session.view()).substr(0, 8), static_cast<int>(go_back->code),
                       go_back->expected);
  }
  return fmt::format("{} bytes", message.size());
}

}  // namespace florin::sim
