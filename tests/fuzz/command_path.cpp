#include "tests/fuzz/command_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "logic/queries.hpp"
#include "logic/verification.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {

namespace {

/// So small that an input of a few hundred bytes reaches every one of them.
RouterLimits small_limits() {
  RouterLimits limits;
  limits.message_bytes_max = 2048;
  limits.commands_per_message_max = 8;
  limits.queue_commands_max = 12;
  limits.window_commands_max = 6;
  limits.work_commands_max = 3;
  limits.refused_per_peer_max = 4;
  limits.refused_total_max = 6;
  limits.sessions_max = 2;
  limits.session_latches_max = 2;
  limits.latches_max = 3;
  limits.client_in_flight_commands_max = 10;
  limits.answers_bytes_max = 256;
  return limits;
}

std::string place_of(std::uint64_t number, std::uint64_t index) {
  return fmt::format("{}/{}", number, index);
}

}  // namespace

CommandPath::CommandPath()
    : shards_(kShards),
      router_(std::make_unique<RouterLogic>(kShards, Incarnation(1), small_limits(), RefusedSequence(),
                                            inbox_, inbox_index_, observer_)) {
  for (std::uint16_t shard = 0; shard < kShards; ++shard) {
    shards_[shard].store = std::make_unique<MemoryShardStore>(test_lineage(), ShardIndex(shard));
    start_shard(shard);
  }
}

void CommandPath::start_shard(std::uint16_t shard) {
  ShardSettings settings;
  settings.lineage = test_lineage();
  settings.shard = ShardIndex(shard);
  settings.worker = "fuzz";
  shards_[shard].logic = std::make_unique<ShardLogic>(*shards_[shard].store, settings, observer_);
}

void CommandPath::restart_shard(std::uint16_t shard) {
  shards_[shard].store->reopen();
  start_shard(shard);
}

void CommandPath::fail_next_commit(std::uint16_t shard, FaultKind kind, Batch batch) {
  shards_[shard].store->fail_next_commit(kind, batch);
}

void CommandPath::client_sends(const std::string& client, std::string_view bytes) {
  expect(client, bytes);
  router_->on_client(client, bytes, now_);
}

void CommandPath::client_submits(const std::string& client, std::string_view elements) {
  std::vector<std::string> commands;
  Reader reader(elements);
  while (!reader.at_end()) {
    const std::string_view element = reader.skip("element");
    if (!reader.ok()) {
      break;
    }
    commands.emplace_back(element);
  }
  client_sends(client, encode_submit_packed(++next_number_[client], commands));
}

void CommandPath::expect(const std::string& client, std::string_view bytes) {
  const RouterLimits limits = small_limits();
  const auto head = peek_submit_head(bytes);
  if (decode_hello(bytes) || (head && head->session)) {
    expect_of_session(bytes);
    return;
  }
  const auto submit = decode_submit(bytes, limits.commands_per_message_max);
  if (!submit || bytes.size() > limits.message_bytes_max) {
    owe(client, "whole", 1);
    return;
  }
  for (std::size_t index = 0; index < submit->items.size(); ++index) {
    owe(client, place_of(submit->head.number, index), 1);
  }
}

void CommandPath::expect_of_session(std::string_view bytes) {
  const auto submit = decode_submit(bytes, small_limits().commands_per_message_max);
  for (const std::string client : {"a", "b"}) {
    owe(client, "whole", 0);
    for (std::size_t index = 0; submit && index < submit->items.size(); ++index) {
      owe(client, place_of(submit->head.number, index), 0);
    }
  }
}

void CommandPath::owe(const std::string& client, const std::string& place, int least) {
  Owed& owed = owed_[{client, place}];
  ++owed.most;
  owed.least += least;
}

void CommandPath::turn() {
  RouterEffects effects = router_->flush(now_);
  for (const RefusedRecord& record : effects.refused) {
    check_refused(record);
  }
  for (const ToClient& message : effects.to_clients) {
    take_answers(message);
  }
  for (const ToShard& message : effects.to_shards) {
    shards_[message.shard.value()].logic->receive(message.bytes);
  }
  for (Shard& shard : shards_) {
    if (shard.logic->has_work(now_)) {
      send_to_router(shard.logic->step(now_));
    }
  }
}

void CommandPath::send_to_router(const ShardEffects& effects) {
  if (!effects.event.empty()) {
    const auto record = read_record(effects.event);
    if (!record || !record->entries()) {
      found("a published record cannot be read");
    }
  }
  for (const std::string& message : {effects.results, effects.ready}) {
    if (!message.empty() && !router_->on_shard("worker", message, now_)) {
      found("the router refuses what a shard says");
    }
  }
}

void CommandPath::take_answers(const ToClient& message) {
  if (decode_welcome(message.bytes) || decode_go_back(message.bytes)) {
    return;
  }
  const auto answers = decode_answers(message.bytes);
  if (!answers) {
    found("an ANSWERS cannot be read: " + answers.error().detail);
    return;
  }
  for (const AddressedAnswer& addressed : *answers) {
    const bool of_command = addressed.number.has_value() && addressed.index.has_value();
    ++owed_[{message.client, of_command ? place_of(*addressed.number, *addressed.index) : "whole"}].got;
    answers_.push_back(addressed.answer);
  }
}

void CommandPath::check_answer(const Answer& answer) {
  Writer writer;
  encode_answer_body(writer, answer);
  Reader reader(writer.view());
  const auto again = decode_answer_body(reader);
  if (!again || *again != answer) {
    found("an answer does not survive its bytes");
  }
  if (!answer.decided_something()) {
    return;
  }
  if (answer.shard.value() >= kShards) {
    found("an answer names a shard that there is not");
    return;
  }
  const auto snapshot = shards_[answer.shard.value()].store->snapshot();
  if (answer.sequence > snapshot->head().header.last_sequence) {
    found("an answer names an entry that is not in the journal");
    return;
  }
  const EntryRow row = snapshot->entry(answer.sequence);
  Answer told = answer_of(row.entry, row.shard);
  told.duplicate = answer.duplicate;
  if (told != answer) {
    found("an answer is not what the journal says");
  }
}

void CommandPath::check_refused(const RefusedRecord& record) {
  Writer writer;
  encode_refused(writer, record);
  Reader reader(writer.view());
  const RefusedRecord again = decode_refused(reader);
  reader.finish();
  if (!reader.ok() || again != record) {
    found("a refused record does not survive its bytes");
  }
}

bool CommandPath::at_rest() const {
  for (const ShardQueue::Status& shard : router_->status().shards) {
    if (!shard.ready || shard.queued > 0) {
      return false;
    }
  }
  return std::all_of(shards_.begin(), shards_.end(),
                     [](const Shard& shard) { return shard.logic->status().phase == ShardPhase::serving; });
}

Finding CommandPath::settle() {
  constexpr int kTurnsMax = 300;
  for (int i = 0; i < kTurnsMax && !at_rest(); ++i) {
    turn();
    pass_ms(100);
  }
  if (!at_rest()) {
    return "it does not come to rest";
  }
  turn();  // the last answers
  for (const auto& [place, owed] : owed_) {
    if (owed.got < owed.least || owed.got > owed.most) {
      found(fmt::format("client {} got {} answers to {}, and {} to {} are right", place.first, owed.got,
                        place.second, owed.least, owed.most));
    }
  }
  for (const Answer& answer : answers_) {
    check_answer(answer);
  }
  check_books();
  return finding_;
}

void CommandPath::check_books() {
  for (Shard& shard : shards_) {
    for (const auto& [currency, sum] : shard.store->snapshot()->totals().imbalance()) {
      if (sum != 0) {
        found(fmt::format("{} does not add up: {}", currency.code(), to_text(sum)));
      }
    }
  }
  const Asker ask = [&](const Owner& owner, QueryKind kind,
                        std::string_view parameters) -> Result<std::string> {
    if (owner.role != OwnerRole::shard) {
      return problem(Code::not_found, "there are only shards here");
    }
    const auto handler = shard_queries(*shards_[owner.shard.value()].store, [] { return std::string(); });
    const std::string bytes = handler(encode_query(1, kind, parameters));
    const auto reply = decode_reply(bytes);
    if (!reply || reply->code != Code::none) {
      return problem(reply ? reply->code : Code::malformed, "a query is refused");
    }
    return std::string(reply->payload);
  };
  const VerificationReport report = verify_books(ask, kShards, [](std::uint64_t) {});
  for (const Discrepancy& discrepancy : report.listed) {
    found(discrepancy.where + ": " + discrepancy.what);
  }
}

void CommandPath::found(std::string what) {
  if (!finding_) {
    finding_ = std::move(what);
  }
}

}  // namespace florin::test
