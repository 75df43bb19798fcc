#include "actors/status_text.hpp"

#include <algorithm>

#include "actors/tally_text.hpp"
#include "base/text.hpp"
#include "protocol/writer.hpp"

namespace florin {

namespace {

/// A map whose pairs are counted as they are added.
class MapBuilder {
 public:
  MapBuilder& add(std::string_view key, std::uint64_t value) {
    ++pairs_;
    body_.text(key).uint(value);
    return *this;
  }
  MapBuilder& add(std::string_view key, std::string_view value) {
    ++pairs_;
    body_.text(key).text(value);
    return *this;
  }
  MapBuilder& add_flag(std::string_view key, bool value) {
    ++pairs_;
    body_.text(key).boolean(value);
    return *this;
  }
  MapBuilder& add_packed(std::string_view key, std::string_view packed) {
    ++pairs_;
    body_.text(key).raw(packed);
    return *this;
  }
  [[nodiscard]] std::string take() {
    Writer map;
    map.map(pairs_).raw(body_.view());
    return std::move(map).take();
  }

 private:
  Writer body_;
  std::size_t pairs_ = 0;
};

std::string pack_list(const std::vector<std::string>& packed) {
  Writer list;
  list.array(packed.size());
  for (const std::string& element : packed) {
    list.raw(element);
  }
  return std::move(list).take();
}

MapBuilder shard_of_consumer(const Subscription::ShardState& state) {
  const std::uint64_t ordinal = state.position.ordinal.value();
  MapBuilder shard;
  shard.add("shard", state.position.shard.value())
      .add("ordinal", ordinal)
      .add("sequence", state.position.sequence.value())
      .add("behind_records", state.known_head.value() - std::min(state.known_head.value(), ordinal))
      .add("gaps", state.gaps)
      .add("diverged", state.diverged);
  return shard;
}

/// How long ago the router heard the shard; 0 before the first time.
std::uint64_t silent_ms(const ShardQueue::Status& shard, TimeUs now) {
  const std::int64_t silent_us = shard.ready ? now.value() - shard.heard.value() : 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(silent_us, 0) / 1000);
}

std::string pack_worker(const Membership::WorkerStatus& worker, TimeUs now) {
  std::vector<std::string> claims;
  for (const Claim& claim : worker.claims) {
    claims.push_back(MapBuilder()
                         .add("shard", claim.shard.value())
                         .add("hold", name(claim.hold))
                         .add("reason", claim.reason)
                         .take());
  }
  const std::int64_t silent_us = std::max<std::int64_t>(now.value() - worker.heard.value(), 0);
  return MapBuilder()
      .add("worker", worker.name)
      .add("silent_ms", static_cast<std::uint64_t>(silent_us / 1000))
      .add_flag("pinned", worker.pinned)
      .add_flag("leaving", worker.leaving)
      .add_packed("shards", pack_list(claims))
      .take();
}

/// 0 for nothing.
std::uint64_t age_ms(const std::optional<TimeUs>& since, TimeUs now) {
  const std::int64_t age_us = since ? now.value() - since->value() : 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(age_us, 0) / 1000);
}

}  // namespace

std::string pack_status(const RouterReport& report, const DoorCounts& doors, const std::string& process,
                        TimeUs now) {
  std::vector<std::string> shards;
  for (std::size_t i = 0; i < report.logic.shards.size(); ++i) {
    const ShardQueue::Status& shard = report.logic.shards[i];
    shards.push_back(MapBuilder()
                         .add("shard", i)
                         .add_flag("ready", shard.ready)
                         .add("epoch", shard.epoch.value())
                         .add("worker", shard.worker)
                         .add("silent_ms", silent_ms(shard, now))
                         .add("queued", shard.queued)
                         .add("in_flight", shard.in_flight)
                         .add("resends", shard.resends)
                         .add("isolated", shard.isolated)
                         .add("inbox_commands", report.logic.inbox[i].commands)
                         .add("inbox_bytes", report.logic.inbox[i].bytes)
                         .add("inbox_oldest_ms", age_ms(report.logic.inbox[i].oldest, now))
                         .add_flag("inbox_backlog", report.logic.inbox[i].has_backlog)
                         .take());
  }
  std::vector<std::string> workers;
  for (const Membership::WorkerStatus& worker : report.logic.workers) {
    workers.push_back(pack_worker(worker, now));
  }
  return MapBuilder()
      .add("process", process)
      .add("incarnation", report.incarnation.value())
      .add("received", report.logic.received)
      .add("answered", report.logic.answered)
      .add("refused", report.logic.refused)
      .add("refused_not_kept", report.logic.refused_not_kept + report.refused_lost)
      .add("not_allowed", report.logic.not_allowed + doors.queries_refused)
      .add("keys_refused", doors.keys_refused)
      .add("overloaded", report.logic.overloaded)
      .add("answers_dropped", report.answers_dropped)
      .add("work_unsent", report.work_unsent)
      .add("sessions", report.logic.sessions)
      .add("sessions_forgotten", report.logic.sessions_forgotten)
      .add("latches", report.logic.latches)
      .add("accepted", report.logic.accepted)
      .add("accepted_refused", report.logic.accepted_refused)
      .add("inbox_fault", report.logic.inbox_fault)
      .add("connections_accepted", report.connections.accepted)
      .add("connections_ended", report.connections.ended)
      .add("handshakes_failed", report.connections.handshakes_failed)
      .add("worker_deaths", report.logic.worker_deaths)
      .add_packed("workers", pack_list(workers))
      .add_packed("shards", pack_list(shards))
      .take();
}

std::string pack_status(const ShardStatus& status, const lmdb::EnvUse& use, const std::string& worker) {
  const BatchHeader& header = status.head.header;
  return MapBuilder()
      .add("shard", header.shard.value())
      .add("worker", worker)
      .add("phase", name(status.phase))
      .add("reason", status.reason)
      .add("epoch", status.epoch.value())
      .add("ordinal", header.ordinal.value())
      .add("sequence", header.last_sequence.value())
      .add("failure_sequence", header.last_failure.value())
      .add("head", to_hex(status.head.hash.view()))
      .add("inbox", status.inbox)
      .add("decided", status.decided)
      .add("repeated", status.repeated)
      .add("commits", status.commits)
      .add("faults", status.faults)
      .add_packed("outcomes", pack_outcomes(status.tally))
      .add_packed("reasons", pack_reasons(status.tally))
      .add_packed("batch_entries", pack_buckets(status.tally.batch_entries))
      .add_packed("waited_us", pack_buckets(status.tally.waited_us))
      .add_packed("batch_us", pack_buckets(status.batch_us))
      .add("store_bytes", use.used_bytes)
      .add("store_bytes_max", use.map_size_bytes)
      .take();
}

std::string pack_status(const ConsumerStatus& states, const std::string& process) {
  std::vector<std::string> shards;
  for (const Subscription::ShardState& state : states) {
    shards.push_back(shard_of_consumer(state).take());
  }
  return MapBuilder().add("process", process).add_packed("shards", pack_list(shards)).take();
}

std::string pack_status(const ConsumerStatus& states, const std::string& process,
                        const std::vector<SinkPosition>& kept, const LetterCounts& letters) {
  std::vector<std::string> shards;
  for (const Subscription::ShardState& state : states) {
    FailureSequence failure;
    for (const SinkPosition& position : kept) {
      failure = position.position.shard == state.position.shard ? position.failure : failure;
    }
    shards.push_back(shard_of_consumer(state).add("failure_sequence", failure.value()).take());
  }
  MapBuilder status;
  status.add("process", process).add_packed("shards", pack_list(shards));
  MapBuilder unhandled;
  std::uint64_t needing_action = 0;
  for (std::size_t i = 0; i < letters.kept.size(); ++i) {
    const auto letter_class = static_cast<LetterClass>(i);
    // The two are read one after the other, and a letter may be handled between.
    const std::uint64_t open = letters.kept[i] - std::min(letters.kept[i], letters.handled[i]);
    status.add(name(letter_class), letters.kept[i]);
    unhandled.add(name(letter_class), open);
    needing_action += needs_action(letter_class) ? open : 0;
  }
  return status.add_packed("unhandled", unhandled.take()).add("needs_action", needing_action).take();
}

std::string pack_status(const std::vector<Claim>& claims, const std::string& process) {
  std::vector<std::string> shards;
  for (const Claim& claim : claims) {
    shards.push_back(MapBuilder()
                         .add("shard", claim.shard.value())
                         .add("phase", name(claim.hold))
                         .add("reason", claim.reason)
                         .take());
  }
  return MapBuilder().add("process", process).add_packed("shards", pack_list(shards)).take();
}

}  // namespace florin
