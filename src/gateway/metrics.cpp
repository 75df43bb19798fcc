#include "gateway/metrics.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "gateway/cluster_status.hpp"
#include "gateway/metric_families.hpp"
#include "ledger/codes.hpp"
#include "ledger/kinds.hpp"
#include "protocol/letter.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

enum class Sort : std::uint8_t { counter, gauge, milliseconds };

/// A number of a status and the metric it is told as.
struct Told {
  const char* key;
  Sort sort;
  MetricName metric;
};

constexpr MetricName kUp{"up", "Whether the part answers: 1, or 0"};
constexpr MetricName kReady{"shard_ready", "Whether the shard has an owner that takes work: 1, or 0"};
constexpr MetricName kServing{"shard_serving",
                              "Whether the shard's store is open and takes commits: 1, or 0"};
constexpr MetricName kTransactions{"transactions_total",
                                   "Transactions decided since the shard's process started"};
constexpr MetricName kRefusals{"refusals_total", "Transactions that were no success, by their reason"};
constexpr MetricName kBatchEntries{"batch_entries", "Transactions of one commit"};
constexpr MetricName kBatchSeconds{"batch_seconds", "Deciding a batch and committing it, synced to the disk"};
constexpr MetricName kWaitSeconds{"queue_wait_seconds",
                                  "From standing in the router's queue to being decided"};
constexpr MetricName kBehind{"consumer_behind_records",
                             "Records of the journal that the consumer has yet to take"};
constexpr MetricName kGaps{"consumer_gaps_total", "Gaps in the events that the consumer has fetched"};
constexpr MetricName kDiverged{"consumer_diverged",
                               "1 where the consumer's position is not on the journal's chain"};
constexpr MetricName kLetters{"dead_letters", "Dead letters that are kept, by class"};
constexpr MetricName kNeedAction{"dead_letters_need_action", "Dead letters that a person has to look at"};

constexpr std::array kOfRouter{
    Told{"received", Sort::counter, {"router_received_total", "Commands that the router has received"}},
    Told{"answered", Sort::counter, {"router_answered_total", "Commands that the router has answered"}},
    Told{"refused",
         Sort::counter,
         {"router_refused_total", "What was not well-formed, and is kept in the refused log"}},
    Told{"refused_not_kept",
         Sort::counter,
         {"router_refused_not_kept_total", "The same, over its quota: counted only"}},
    Told{"overloaded",
         Sort::counter,
         {"router_overloaded_total", "Commands turned away because a queue was full"}},
    Told{"answers_dropped",
         Sort::counter,
         {"router_answers_dropped_total", "Answers whose client did not read them"}},
    Told{"sessions", Sort::gauge, {"router_sessions", "Sessions of clients"}},
    Told{"latches", Sort::gauge, {"router_latches", "Wallets of sessions that are held after overload"}},
    Told{"connections_accepted",
         Sort::counter,
         {"router_connections_total", "Connections that the front door took"}},
    Told{"handshakes_failed",
         Sort::counter,
         {"router_handshakes_failed_total", "Connections that failed to introduce themselves"}},
    Told{"worker_deaths", Sort::counter, {"worker_deaths_total", "Workers that fell silent without leaving"}},
};

constexpr std::array kOfQueue{
    Told{"queued", Sort::gauge, {"queue_commands", "Commands of the shard that have no outcome yet"}},
    Told{"in_flight", Sort::gauge, {"queue_in_flight", "Those of them that are with the shard"}},
    Told{"resends",
         Sort::counter,
         {"queue_resends_total", "How often what was with the shard was sent again"}},
    Told{"silent_ms", Sort::milliseconds, {"shard_silent_seconds", "Since the router last heard the shard"}},
    Told{"inbox_commands", Sort::gauge, {"inbox_commands", "Commands taken as queued and not decided yet"}},
    Told{"inbox_bytes", Sort::gauge, {"inbox_bytes", "Their bytes in the inbox"}},
    Told{"inbox_oldest_ms",
         Sort::milliseconds,
         {"inbox_oldest_seconds", "How long the oldest of them has waited"}},
};

constexpr std::array kOfShard{
    Told{"epoch", Sort::gauge, {"shard_epoch", "Openings of the shard's store"}},
    Told{"ordinal", Sort::gauge, {"shard_records", "Records of the shard's journal"}},
    Told{"sequence", Sort::gauge, {"shard_sequence", "Entries of the shard's journal"}},
    Told{"failure_sequence",
         Sort::gauge,
         {"shard_failure_sequence", "Entries that go to the dead-letter sink"}},
    Told{"commits", Sort::counter, {"commits_total", "Commits of entries"}},
    Told{"faults", Sort::counter, {"store_faults_total", "Faults of the shard's store"}},
    Told{"repeated",
         Sort::counter,
         {"repeated_total", "Commands that were decided before and answered from the journal"}},
    Told{"store_bytes", Sort::gauge, {"store_bytes", "Bytes of the shard's store in use"}},
    Told{"store_bytes_max", Sort::gauge, {"store_bytes_max", "Bytes it may have"}},
};

template <std::size_t kRows>
void declare(MetricFamilies& metrics, const std::array<Told, kRows>& table) {
  for (const Told& told : table) {
    if (told.sort == Sort::counter) {
      metrics.declare_counter(told.metric);
    } else {
      metrics.declare_gauge(told.metric);
    }
  }
}

/// What the status does not have, because its part does not answer or is of another version, is not told.
template <std::size_t kRows>
void tell(MetricFamilies& metrics, const std::array<Told, kRows>& table, const Json& status,
          const MetricLabels& labels) {
  constexpr double kMsPerSecond = 1000;
  for (const Told& told : table) {
    if (!status.contains(told.key) || !status[told.key].is_number_unsigned()) {
      continue;
    }
    const double value = status[told.key].template get<double>();
    switch (told.sort) {
      case Sort::counter: metrics.counter(told.metric, labels, value); break;
      case Sort::gauge: metrics.gauge(told.metric, labels, value); break;
      case Sort::milliseconds: metrics.gauge(told.metric, labels, value / kMsPerSecond); break;
    }
  }
}

void declare_all(MetricFamilies& metrics) {
  metrics.declare_gauge(kUp);
  declare(metrics, kOfRouter);
  metrics.declare_gauge(kReady);
  declare(metrics, kOfQueue);
  metrics.declare_gauge(kServing);
  declare(metrics, kOfShard);
  for (const MetricName& counter : {kTransactions, kRefusals, kGaps}) {
    metrics.declare_counter(counter);
  }
  for (const MetricName& histogram : {kBatchEntries, kBatchSeconds, kWaitSeconds}) {
    metrics.declare_histogram(histogram);
  }
  for (const MetricName& gauge : {kBehind, kDiverged, kLetters, kNeedAction}) {
    metrics.declare_gauge(gauge);
  }
}

Json member(const Json& status, const char* key) {
  return status.contains(key) ? status[key] : Json();
}

/// The words of our own tables alone become labels, whatever a part says.
void tell_decisions(MetricFamilies& metrics, const Json& status, const std::string& shard) {
  const Json outcomes = member(status, "outcomes");
  for (const KindInfo& kind : kinds()) {
    const std::string kind_name(kind.name);
    for (const Outcome outcome : {Outcome::success, Outcome::rejected, Outcome::error}) {
      const std::string outcome_name(name(outcome));
      if (outcomes.is_object() && outcomes.contains(kind_name) && outcomes[kind_name].is_object()) {
        metrics.counter(kTransactions, {{"shard", shard}, {"kind", kind_name}, {"outcome", outcome_name}},
                        static_cast<double>(number_in(outcomes[kind_name], outcome_name.c_str())));
      }
    }
  }
  const Json reasons = member(status, "reasons");
  for (const CodeInfo& code : codes()) {
    const std::string reason(code.name);
    if (reasons.is_object() && reasons.contains(reason)) {
      metrics.counter(kRefusals, {{"shard", shard}, {"reason", reason}},
                      static_cast<double>(number_in(reasons, reason.c_str())));
    }
  }
}

void tell_shard(MetricFamilies& metrics, const Json& status, const std::string& shard) {
  constexpr double kUsPerSecond = 1'000'000;
  const MetricLabels labels{{"shard", shard}};
  metrics.gauge(kServing, labels, text_in(status, "phase") == "serving" ? 1 : 0);
  tell(metrics, kOfShard, status, labels);
  tell_decisions(metrics, status, shard);
  metrics.histogram(kBatchEntries, labels, member(status, "batch_entries"), 1);
  metrics.histogram(kBatchSeconds, labels, member(status, "batch_us"), kUsPerSecond);
  metrics.histogram(kWaitSeconds, labels, member(status, "waited_us"), kUsPerSecond);
}

void tell_router(MetricFamilies& metrics, const Result<std::string>& reply) {
  tell(metrics, kOfRouter, status_of(reply), {});
  std::size_t shard = 0;
  for (const Json& queue : routed_shards(reply)) {
    const MetricLabels labels{{"shard", std::to_string(shard++)}};
    metrics.gauge(kReady, labels, flag_in(queue, "ready") ? 1 : 0);
    tell(metrics, kOfQueue, queue, labels);
  }
}

void tell_consumer(MetricFamilies& metrics, const Result<std::string>& reply, const std::string& consumer) {
  std::size_t shard = 0;
  for (const Json& followed : routed_shards(reply)) {
    const MetricLabels labels{{"consumer", consumer}, {"shard", std::to_string(shard++)}};
    metrics.gauge(kBehind, labels, static_cast<double>(number_in(followed, "behind_records")));
    metrics.counter(kGaps, labels, static_cast<double>(number_in(followed, "gaps")));
    metrics.gauge(kDiverged, labels, text_in(followed, "diverged").empty() ? 0 : 1);
  }
}

void tell_letters(MetricFamilies& metrics, const Result<std::string>& reply) {
  const Json status = status_of(reply);
  for (const LetterClass letter_class :
       {LetterClass::rejected, LetterClass::suspicious, LetterClass::malformed, LetterClass::failed,
        LetterClass::unapplied}) {
    const std::string key(name(letter_class));
    if (status.contains(key)) {
      metrics.gauge(kLetters, {{"class", key}}, static_cast<double>(number_in(status, key.c_str())));
    }
  }
  if (status.contains("needs_action")) {
    metrics.gauge(kNeedAction, {}, static_cast<double>(number_in(status, "needs_action")));
  }
}

}  // namespace

std::string metrics_text(const Replies& replies) {
  const std::size_t shards = replies.size() - 3;
  const auto& accounting = replies[shards + 1];
  const auto& sink = replies[shards + 2];
  MetricFamilies metrics;
  declare_all(metrics);
  const auto tell_up = [&](const std::string& part, const Result<std::string>& reply) {
    metrics.gauge(kUp, {{"part", part}}, reply ? 1 : 0);
  };
  tell_up("router", replies.front());
  tell_router(metrics, replies.front());
  for (std::size_t i = 0; i < shards; ++i) {
    const std::string shard = std::to_string(i);
    tell_up("shard " + shard, replies[i + 1]);
    tell_shard(metrics, status_of(replies[i + 1]), shard);
  }
  tell_up("accounting", accounting);
  tell_consumer(metrics, accounting, "accounting");
  tell_up("dead-letter", sink);
  tell_consumer(metrics, sink, "dead-letter");
  tell_letters(metrics, sink);
  return metrics.text();
}

}  // namespace florin
