#include "client/session.hpp"

#include <algorithm>
#include <limits>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::int64_t kUsPerMs = 1000;

TimeUs after_ms(TimeUs now, std::uint64_t ms) {
  return now.plus(static_cast<std::int64_t>(ms) * kUsPerMs);
}

/// `first`, doubled `times` times, up to `max`.
std::uint64_t doubled(std::uint64_t first, std::uint32_t times, std::uint64_t max) {
  constexpr std::uint32_t kTimesMax = 20;
  return std::min(first << std::min(times, kTimesMax), std::max(first, max));
}

/// More than the envelope, the head and the ends of a SUBMIT take.
constexpr std::size_t kSubmitOverheadBytes = 64;

}  // namespace

Session::Session(const SessionSettings& settings, MakeNonce make_nonce, OnAnswer on_answer)
    : settings_(settings),
      make_nonce_(std::move(make_nonce)),
      on_answer_(std::move(on_answer)),
      nonce_(make_nonce_()) {}

// ---------------------------------------------------------------------------------------------------------
// What comes in

void Session::on_message(std::string_view bytes, TimeUs now) {
  if (const auto answers = decode_answers(bytes)) {
    for (const AddressedAnswer& answer : *answers) {
      on_answer(answer, now);
    }
    drop_answered_flights();
  } else if (const auto welcome = decode_welcome(bytes)) {
    if (welcome->session == nonce_) {
      on_welcome(*welcome, now);
    }
  } else if (const auto go_back = decode_go_back(bytes)) {
    if (go_back->session == nonce_) {
      on_go_back(*go_back, now);
    }
  }
}

void Session::on_welcome(const Welcome& welcome, TimeUs now) {
  if (state_ == State::open) {
    return;  // of a HELLO that was said twice
  }
  const bool another_router = incarnation_ && *incarnation_ != welcome.incarnation;
  if (another_router || welcome.expected < taken_below_ || welcome.expected > next_number()) {
    start_over(now);
    return;
  }
  incarnation_ = welcome.incarnation;
  welcome_ = welcome;
  state_ = State::open;
  hellos_ = 0;
  taken_below(welcome.expected);
  go_back_to(welcome.expected);
  send_again_overdue(now);
}

void Session::on_go_back(const GoBack& go_back, TimeUs now) {
  if (go_back.code == Code::unknown_session) {
    start_over(now);
    return;
  }
  if (go_back.expected < taken_below_ || go_back.expected > next_number()) {
    start_over(now);  // a session of this nonce that is not as we left it
    return;
  }
  taken_below(go_back.expected);
  go_back_to(go_back.expected);
}

void Session::on_answer(const AddressedAnswer& answer, TimeUs now) {
  if (!answer.number) {
    const Code code = answer.answer.code;
    if (state_ == State::greeting && (code == Code::unsupported_version || code == Code::unknown_kind ||
                                      code == Code::not_authenticated || code == Code::not_allowed)) {
      failure_ = Problem{code, answer.answer.detail};
    }
    return;
  }
  const Flight* answered = flight(*answer.number);
  if (answered == nullptr || !answered->sent) {
    return;  // of a message that was given up, or of a session that was lost
  }
  taken_below(*answer.number + 1);
  const std::size_t count = answered->items.size();
  for (std::size_t i = answer.index.value_or(0); i < (answer.index ? *answer.index + 1 : count); ++i) {
    if (i < count) {
      on_answer_of(*answer.number, flight(*answer.number)->items[i], answer.answer, now);
    }
  }
}

void Session::on_answer_of(std::uint64_t number, const ItemRef& ref, const Answer& answer, TimeUs now) {
  Item* item = find(ref);
  if (item == nullptr || item->place != Place::flying || item->flight != number) {
    return;  // answered before
  }
  --flight(number)->open;
  land(*item);
  Lane& lane = *item->lane;
  if (info(answer.code).retry == Retry::never) {
    finish(ref, answer);
    return;
  }
  ++counters_.sent_again;
  lane.refused = lane.refused == 0 ? item->serial : std::min(lane.refused, item->serial);
  if (!lane.held) {  // otherwise it only follows from an earlier refusal
    const std::uint64_t pause_ms = doubled(std::max<std::uint64_t>(answer.retry_after_ms, 1), lane.setbacks,
                                           settings_.overload_backoff_max_ms);
    hold(lane, after_ms(now, pause_ms + jitter_ms(pause_ms)));
  }
  schedule_release(lane);
}

/// Up to half of the pause more, so that clients that were refused together do not come back together.
std::uint64_t Session::jitter_ms(std::uint64_t pause_ms) {
  if (jitter_ == 0) {
    for (const unsigned char byte : nonce_.bytes) {
      jitter_ = jitter_ * 257 + byte;
    }
    jitter_ |= 1U;
  }
  jitter_ ^= jitter_ << 13U;  // xorshift64
  jitter_ ^= jitter_ >> 7U;
  jitter_ ^= jitter_ << 17U;
  return jitter_ % (pause_ms / 2 + 1);
}

// ---------------------------------------------------------------------------------------------------------
// The session

void Session::greet(TimeUs now) {
  state_ = State::greeting;
  hellos_ = 0;
  hello_at_ = now;
}

/// The router does not know this session: all unanswered commands go into a new one, in the order added.
void Session::start_over(TimeUs now) {
  ++counters_.started_over;
  if (taken_over_ > 0) {
    flying_max_ = std::max<std::size_t>(1, std::min(flying_max_, flying_) / 2);
  }
  taken_over_ = unanswered_;
  nonce_ = make_nonce_();
  first_number_ = next_number();
  first_flight_ = first_number_;
  taken_below_ = first_number_;
  next_to_send_ = first_number_;
  incarnation_.reset();
  flights_.clear();
  ready_.clear();
  std::vector<ItemRef> unanswered;
  unanswered.reserve(unanswered_);
  for (std::size_t slot = 0; slot < items_.size(); ++slot) {
    if (items_[slot].serial != 0) {
      unanswered.push_back({slot, items_[slot].serial});
    }
  }
  std::sort(unanswered.begin(), unanswered.end(),
            [](const ItemRef& a, const ItemRef& b) { return a.serial < b.serial; });
  for (const ItemRef& ref : unanswered) {
    Item& item = items_[ref.slot];
    item.lane->refused = 0;  // the new session refuses nobody
    if (item.place == Place::flying) {
      ++counters_.sent_again;
      land(item);
      schedule_release(*item.lane);
    }
    if (!item.lane->held) {
      make_ready(ref.slot);
    }
  }
  greet(now);
}

std::uint64_t Session::next_number() const {
  return first_flight_ + flights_.size();
}

void Session::taken_below(std::uint64_t number) {
  for (; taken_below_ < number; ++taken_below_) {
    if (Flight* taken = flight(taken_below_)) {
      taken->bytes = std::string();
    }
  }
  next_to_send_ = std::max(next_to_send_, taken_below_);
}

void Session::go_back_to(std::uint64_t number) {
  if (number < next_to_send_) {
    counters_.gone_back += next_to_send_ - number;
    next_to_send_ = number;
  }
}

Session::Flight* Session::flight(std::uint64_t number) {
  return number < first_flight_ || number >= next_number() ? nullptr : &flights_[number - first_flight_];
}

void Session::drop_answered_flights() {
  while (!flights_.empty() && flights_.front().open == 0 && first_flight_ < taken_below_) {
    flights_.pop_front();
    ++first_flight_;
  }
}

// ---------------------------------------------------------------------------------------------------------
// Missing answers

/// The oldest message that still lacks answers decides: only the router can say whether it or they were lost.
void Session::look_for_missing_answers(TimeUs now) {
  if (state_ == State::open && now >= answer_missing_at()) {
    greet(now);
  }
}

TimeUs Session::answer_missing_at() const {
  const bool sent = !flights_.empty() && first_flight_ < next_to_send_;
  return sent ? after_ms(flights_.front().sent_at, settings_.answer_timeout_ms) : kNever;
}

/// What was taken and has no answers in time is given up: its commands go into new messages.
void Session::send_again_overdue(TimeUs now) {
  for (std::uint64_t number = first_flight_; number < taken_below_; ++number) {
    Flight& overdue = *flight(number);
    if (overdue.open == 0 || after_ms(overdue.sent_at, settings_.answer_timeout_ms) > now) {
      continue;
    }
    overdue.open = 0;
    for (const ItemRef& ref : overdue.items) {
      Item* item = find(ref);
      if (item != nullptr && item->place == Place::flying && item->flight == number) {
        give_up_waiting(*item, now);
      }
    }
  }
  drop_answered_flights();
}

/// At first the answer is taken to be lost; after that, the shard may simply be slow.
void Session::give_up_waiting(Item& item, TimeUs now) {
  Lane& lane = *item.lane;
  ++counters_.sent_again;
  land(item);
  if (!lane.held) {
    const std::uint64_t pause_ms =
        lane.setbacks == 0
            ? 0
            : doubled(settings_.answer_timeout_ms, lane.setbacks - 1, settings_.missing_backoff_max_ms);
    hold(lane, after_ms(now, pause_ms));
  }
  schedule_release(lane);
}

// ---------------------------------------------------------------------------------------------------------
// What goes out

std::optional<std::string_view> Session::outgoing(TimeUs now) {
  if (failure_) {
    return std::nullopt;
  }
  look_for_missing_answers(now);
  if (state_ == State::open) {
    release_due(now);  // which may begin a new session
  }
  if (state_ == State::greeting) {
    if (now < hello_at_) {
      return std::nullopt;
    }
    hello_ = encode_hello({nonce_, kProtocolVersion, kProtocolVersion, first_number_});
    return hello_;
  }
  if (next_to_send_ == next_number()) {
    build_message();
  }
  const Flight* next = flight(next_to_send_);
  return next == nullptr ? std::nullopt : std::optional<std::string_view>(next->bytes);
}

void Session::sent(TimeUs now) {
  if (state_ == State::greeting) {
    hello_at_ = after_ms(now, doubled(settings_.hello_timeout_ms, hellos_, settings_.answer_timeout_ms));
    ++hellos_;
    return;
  }
  Flight* gone = flight(next_to_send_);
  invariant(gone != nullptr, "only what outgoing() gave is sent");
  gone->sent = true;
  gone->sent_at = now;
  ++next_to_send_;
}

void Session::build_message() {
  const std::size_t commands_max =
      std::min<std::size_t>(settings_.commands_per_message_max, welcome_->limits.commands_per_message_max);
  const std::size_t bytes_max =
      std::min<std::size_t>(settings_.message_bytes_max, welcome_->limits.message_bytes_max);
  const std::size_t may_fly = std::min(flying_max_, in_flight_commands_max());
  std::size_t bytes = kSubmitOverheadBytes;
  Flight built;
  packed_.clear();
  while (!ready_.empty() && built.items.size() < commands_max && flying_ < may_fly) {
    const Ready next = ready_.front();
    Item* item = find(next.item);
    if (item == nullptr || item->place != Place::ready || item->ticket != next.ticket) {
      ready_.pop_front();
      continue;
    }
    if (!built.items.empty() && bytes + item->packed.size() > bytes_max) {
      break;
    }
    ready_.pop_front();
    bytes += item->packed.size();
    item->place = Place::flying;
    item->flight = next_number();
    ++item->lane->flying;
    ++flying_;
    built.items.push_back(next.item);
    packed_.push_back(item->packed);
  }
  if (!built.items.empty()) {
    built.open = built.items.size();
    built.bytes = encode_submit_packed({nonce_, next_number()}, packed_);
    flights_.push_back(std::move(built));
  }
}

TimeUs Session::wake_at() const {
  if (failure_) {
    return kNever;
  }
  if (state_ == State::greeting) {
    return hello_at_;
  }
  const TimeUs release = releases_.empty() ? kNever : releases_.begin()->first.first;
  return std::min(release, answer_missing_at());
}

}  // namespace florin
