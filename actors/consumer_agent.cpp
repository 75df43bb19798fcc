#include "actors/consumer_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/wait.hpp"
#include "runtime/clock.hpp"
#include "storage/fault.hpp"
#include "transport/curve.hpp"

namespace florin {

namespace {

/// Taken at a time, and before what it led to is made durable; the last record or page goes beyond.
constexpr int kRecordsPerRound = 256;
constexpr std::size_t kEntriesPerFlush = 32'768;
/// The questions to one owner that may wait for it. There is only one open at a time.
constexpr int kFetchesWaitingMax = 4;
constexpr std::int64_t kRetryUs = 500'000;
/// A router that does not answer is asked again after this. It must not find a heap of questions.
constexpr std::int64_t kRouterPatienceUs = 5'000'000;

}  // namespace

ConsumerAgent::ConsumerAgent(std::string name, zmq::context_t& context, const Config& config,
                             const Id128& lineage, const std::vector<Position>& stored,
                             RecordHandler& handler, SharedStatus<ConsumerStatus>& status,
                             FlowObserver& observer, LastHeads last_heads)
    : name_(std::move(name)),
      handler_(handler),
      status_(status),
      observer_(observer),
      last_heads_(std::move(last_heads)),
      subscription_(config.shards, lineage, stored, config.subscription, handler),
      events_(make_socket(context, zmq::socket_type::sub, {config.events_waiting_max, -1})),
      flush_(std::int64_t{config.consumer_flush_ms} * 1000),
      reported_(config.shards) {
  events_.set(zmq::sockopt::subscribe, "shard.");
  events_.set(zmq::sockopt::subscribe, "head.");
  for (std::uint16_t i = 0; i < config.shards; ++i) {
    const ShardIndex shard(i);
    connect_socket(events_, Endpoints::of_shard(config.endpoints.shard_events, shard), config.doors.client);
    owners_.push_back(make_socket(context, zmq::socket_type::dealer, {kFetchesWaitingMax, -1}));
    owners_.back().set(zmq::sockopt::immediate, true);  // nothing piles up for an owner that is away
    connect_socket(owners_.back(), Endpoints::of_shard(config.endpoints.shard_query, shard),
                   config.doors.client);
  }
}

void ConsumerAgent::round(int timeout_ms) {
  std::vector<zmq::pollitem_t> items{{events_.handle(), 0, ZMQ_POLLIN, 0}};
  for (zmq::socket_t& owner : owners_) {
    items.push_back({owner.handle(), 0, ZMQ_POLLIN, 0});
  }
  // While the store rests nothing is read or flushed, so neither may keep this awake.
  const bool rested = is_rested(wall_clock());
  const int patience_ms = flush_.pending() && rested
                              ? static_cast<int>(std::min<std::int64_t>(timeout_ms, flush_.pause_ms()))
                              : timeout_ms;
  zmq::poll(items.data(), rested ? items.size() : 0, std::chrono::milliseconds(patience_ms));
  // While a store has no room nothing more is taken: PUB may drop meanwhile, and the gap is fetched later.
  // What was taken before goes first, or it would become more with each attempt.
  if (is_rested(wall_clock()) && recover() && flush_if_due()) {
    take([this] { return read_replies(); });  // first: what was missed must not wait for what is new
    take([this] { return read_events(); });
    if (!must_restart_ && flush_if_due()) {
      fetch();
    }
  }
  report_if_due();
}

bool ConsumerAgent::is_rested(TimeUs now) const {
  return wait_is_over(now, failed_at_, kRetryUs);
}

bool ConsumerAgent::flush() {
  const bool went_well = guarded([this] { handler_.flush(wall_clock()); });
  if (went_well) {
    flush_.flushed();
    report_if_due();
  }
  return went_well;
}

bool ConsumerAgent::flush_if_due() {
  const bool is_due =
      flush_.pending() && (handler_.pending() >= kEntriesPerFlush || flush_.is_due(wall_clock()));
  return !is_due || flush();
}

/// A store that fails while it is asked leaves a record half taken: whatever the fault, everything goes on
/// from what is durable.
void ConsumerAgent::take(const std::function<bool()>& records) {
  must_restart_ = must_restart_ || !guarded([&] {
                    if (records()) {
                      flush_.took(wall_clock());
                    }
                  });
}

bool ConsumerAgent::drain_round(int timeout_ms) {
  if (last_heads_) {
    for (const Position& head : last_heads_()) {
      Writer writer;
      encode_position(writer, head);
      subscription_.on_head(writer.view());  // what was published last may never arrive: then it is fetched
    }
    round(timeout_ms);
    if (is_behind()) {
      return true;
    }
  }
  if (!must_restart_) {
    guarded([this] { handler_.finish(wall_clock()); });
  }
  return false;
}

bool ConsumerAgent::is_behind() const {
  const ConsumerStatus states = subscription_.states();
  return std::any_of(states.begin(), states.end(), [](const Subscription::ShardState& shard) {
    return shard.diverged.empty() && shard.position.ordinal < shard.known_head;
  });
}

bool ConsumerAgent::read_events() {
  bool any = false;
  for (int taken = 0; taken < kRecordsPerRound && handler_.pending() < kEntriesPerFlush; ++taken) {
    const auto published = receive_published(events_);
    if (!published) {
      break;
    }
    const auto& [topic, body] = *published;
    const bool is_head = topic.starts_with("head.");
    is_head ? subscription_.on_head(view(body)) : subscription_.on_event(view(body));
    any = any || !is_head;
  }
  return any;
}

bool ConsumerAgent::read_replies() {
  bool any = false;
  first_owner_ = (first_owner_ + 1) % owners_.size();
  for (std::size_t i = 0; i < owners_.size() && handler_.pending() < kEntriesPerFlush; ++i) {
    const std::size_t owner = (first_owner_ + i) % owners_.size();
    while (const auto reply = receive(owners_[owner])) {
      subscription_.on_reply(ShardIndex(static_cast<std::uint16_t>(owner)), view(*reply));
      any = true;
    }
  }
  return any;
}

bool ConsumerAgent::recover() {
  if (must_restart_) {
    must_restart_ = !guarded([this] { subscription_.restart(handler_.restart()); });
  }
  return !must_restart_;
}

bool ConsumerAgent::guarded(const std::function<void()>& write) {
  try {
    write();
    return true;
  } catch (const StoreFault& fault) {
    if (fault.kind() == FaultKind::refused) {
      throw;
    }
    observer_.fault(name_, fault.what());
    must_restart_ = must_restart_ || fault.kind() == FaultKind::unknown_outcome;
    failed_at_ = wall_clock();
    return false;
  }
}

void ConsumerAgent::fetch() {
  for (const Fetch& fetch : subscription_.fetches(wall_clock())) {
    [[maybe_unused]] const Sent sent = send(owners_[fetch.shard.value()], fetch.query);
  }
}

/// What is told is durable, so it waits for the flush.
void ConsumerAgent::report_if_due() {
  if (!flush_.pending() && !must_restart_ && report_due_.due(wall_clock())) {
    report();
  }
}

void ConsumerAgent::report() {
  ConsumerStatus states = subscription_.states();
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!states[i].diverged.empty() && !reported_[i]) {
      reported_[i] = true;
      observer_.fault(name_, fmt::format("diverged from shard {}: {}", i, states[i].diverged));
    }
  }
  status_.set(std::move(states));
}

DeadLetterAgent::DeadLetterAgent(zmq::context_t& context, const Config& config, const Id128& lineage,
                                 DeadLetterStore& store, DeadLetterLogic& logic,
                                 SharedStatus<ConsumerStatus>& status, FlowObserver& observer,
                                 LastHeads last_heads)
    : ConsumerAgent("dead-letter", context, config, lineage, plain(store.positions()), logic, status,
                    observer, std::move(last_heads)),
      logic_(logic),
      router_(make_socket(context, zmq::socket_type::dealer, {kFetchesWaitingMax, -1})) {
  router_.set(zmq::sockopt::immediate, true);
  connect_socket(router_, config.endpoints.router_query, config.doors.client);
}

void DeadLetterAgent::round(int timeout_ms) {
  ConsumerAgent::round(timeout_ms);
  const TimeUs now = wall_clock();
  bool more = false;
  while (const auto reply = receive(router_)) {
    awaits_router_ = false;
    // Letters that are taken and not flushed have the next numbers. While the store rests after a fault the
    // reply is dropped and asked for again: each new fault would put its recovery off.
    if (may_write(now) && flush()) {
      guarded([&] { more = logic_.on_refused_reply(view(*reply), now); });
    }
  }
  const bool may_ask = !awaits_router_ || wait_is_over(now, asked_router_at_, kRouterPatienceUs);
  if (may_ask && (ask_due_.due(now) || more)) {
    awaits_router_ = send(router_, logic_.refused_query()) == Sent::sent;
    asked_router_at_ = now;
  }
}

}  // namespace florin
