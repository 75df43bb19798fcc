#include "logic/client_outbox.hpp"

namespace florin {

namespace {

/// More than the envelope and what addresses one answer take.
constexpr std::size_t kOverheadBytes = 32;

}  // namespace

void ClientOutbox::answer(std::string_view client, std::optional<std::uint64_t> number,
                          std::optional<std::uint64_t> index, std::string_view body) {
  auto found = open_.find(client);
  if (found == open_.end()) {
    found = open_.emplace(client, AnswersBuilder()).first;
  }
  AnswersBuilder& builder = found->second;
  if (!builder.empty() && builder.size() + body.size() + kOverheadBytes > answers_bytes_max_) {
    whole_.push_back({found->first, builder.take()});
  }
  builder.add(number, index, body);
}

void ClientOutbox::welcome(std::string_view client, const Welcome& welcome) {
  whole_.push_back({std::string(client), encode_welcome(welcome)});
}

void ClientOutbox::go_back(std::string_view client, const GoBack& go_back) {
  go_backs_[{std::string(client), std::string(go_back.session.view())}] = go_back;
}

std::vector<ToClient> ClientOutbox::take() {
  std::vector<ToClient> all = std::move(whole_);
  whole_.clear();
  for (auto& [client, builder] : open_) {
    all.push_back({client, builder.take()});
  }
  open_.clear();
  for (const auto& [to, go_back] : go_backs_) {
    all.push_back({to.first, encode_go_back(go_back)});
  }
  go_backs_.clear();
  return all;
}

}  // namespace florin
