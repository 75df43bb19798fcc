// Dead letters: which there are, and one whole.

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "gateway/cursor.hpp"
#include "gateway/json_writer.hpp"
#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"
#include "views/letter_views.hpp"

namespace florin {

namespace {

Result<std::uint64_t> read_number(std::string_view text, std::string_view what) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return problem(Code::invalid_parameter, fmt::format("{} is no number", what));
  }
  return number;
}

struct Filter {
  bool needs_action = false;
  std::string_view wallet;  ///< empty for all
  std::optional<LetterClass> letter_class;
};

Result<Filter> read_filter(const Target& target) {
  Filter filter;
  const std::string_view action = target.parameter("needs_action").value_or("false");
  if (action != "true" && action != "false") {
    return problem(Code::invalid_parameter, fmt::format("needs_action is `{}`: true or false", action));
  }
  filter.needs_action = action == "true";
  filter.wallet = target.parameter("wallet").value_or("");
  if (!filter.wallet.empty() && !is_name(filter.wallet)) {
    return problem(Code::invalid_wallet_id, "the parameter wallet is no wallet id");
  }
  if (const auto given = target.parameter("class")) {
    filter.letter_class = letter_class_from_name(*given);
    if (!filter.letter_class) {
      return problem(
          Code::invalid_parameter,
          fmt::format("class is `{}`: one of rejected, suspicious, malformed, failed, unapplied", *given));
    }
  }
  return filter;
}

Question letters_question(std::uint64_t after, std::size_t limit, const Filter& filter) {
  Writer parameters;
  parameters.array(5).uint(after).uint(limit).boolean(filter.needs_action).text_or_nil(filter.wallet);
  if (filter.letter_class) {
    parameters.uint(static_cast<std::uint64_t>(*filter.letter_class));
  } else {
    parameters.nil();
  }
  return {{Part::dead_letter, {}}, QueryKind::letters, std::move(parameters).take()};
}

/// In the words of `florin dead-letters --json`.
std::string letter_text(const Letter& letter) {
  return to_json(letter).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Step show_letters(const Result<std::string>& reply, const std::string& list) {
  if (!reply) {
    return reply.error();
  }
  Reader reader(*reply);
  reader.array_of(2, "page");
  const std::uint32_t count = reader.array("letters");
  JsonWriter json;
  json.open().open_array("dead_letters");
  LetterNumber last;
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const Letter letter = decode_letter(reader);
    if (reader.ok()) {
      json.raw_element(letter_text(letter));
      last = letter.number;
    }
  }
  const bool more = reader.boolean("more");
  reader.finish();
  if (!reader.ok()) {
    return reader.problem();
  }
  json.close_array();
  if (more) {
    json.text("next_cursor", make_cursor(list, std::to_string(last.value())));
  } else {
    json.null("next_cursor");
  }
  return HttpResponse{200, "application/json", json.close().take(), {}};
}

Step show_one(const Result<std::string>& reply) {
  if (!reply) {
    return reply.error();
  }
  Reader reader(*reply);
  const Letter letter = decode_letter(reader);
  return reader.ok() ? Step(HttpResponse{200, "application/json", letter_text(letter), {}})
                     : Step(reader.problem());
}

}  // namespace

namespace route {

Step list_letters(const Call& call) {
  const auto page = page_parameters(call.target, "dead-letters", {"needs_action", "wallet", "class"});
  if (!page) {
    return page.error();
  }
  const auto filter = read_filter(call.target);
  if (!filter) {
    return filter.error();
  }
  const auto after = page->after.empty() ? Result<std::uint64_t>(0) : read_number(page->after, "the cursor");
  if (!after) {
    return after.error();
  }
  return Gather{{letters_question(*after, page->limit, *filter)},
                [list = page->list](Replies& replies) { return show_letters(replies.front(), list); }};
}

Step show_letter(const Call& call) {
  if (const auto none = no_parameters(call.target); !none) {
    return none.error();
  }
  const auto number = read_number(call.names.front(), "the dead letter in the path");
  if (!number) {
    return number.error();
  }
  Writer parameters;
  parameters.array(1).uint(*number);
  return Gather{{{{Part::dead_letter, {}}, QueryKind::letter, std::move(parameters).take()}},
                [](Replies& replies) { return show_one(replies.front()); }};
}

}  // namespace route

}  // namespace florin
