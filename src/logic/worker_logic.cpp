#include "logic/worker_logic.hpp"

#include <algorithm>
#include <utility>

#include "base/wait.hpp"

namespace florin {

namespace {

constexpr std::int64_t kUsPerMs = 1000;

}  // namespace

Result<void> WorkerLogic::on_placement(std::string_view bytes) {
  auto placement = decode_placement(bytes);
  if (!placement) {
    return tl::make_unexpected(placement.error());
  }
  const auto age = [](const Placement& of) { return std::pair(of.incarnation, of.number); };
  if (age(*placement) <= age(told_)) {
    return {};
  }
  std::erase_if(placement->shards, [this](ShardIndex shard) { return shard.value() >= settings_.shards; });
  // So that the router sees that this one is acted on, also where it is for others.
  changed_ = changed_ || placement->incarnation != told_.incarnation || placement->shards != told_.shards;
  told_ = std::move(*placement);
  return {};
}

void WorkerLogic::on_report(ShardIndex shard, Hold hold, std::string_view reason) {
  const auto hosted = hosted_.find(shard);
  if (hosted == hosted_.end() || (hosted->second.hold == hold && hosted->second.reason == reason)) {
    return;
  }
  hosted->second.hold = hold;
  hosted->second.reason = reason;
  changed_ = true;
}

void WorkerLogic::on_stopped(ShardIndex shard) {
  changed_ = hosted_.erase(shard) > 0 || changed_;
}

void WorkerLogic::leave(TimeUs now) {
  leaving_ = true;
  leaving_since_ = now;
  changed_ = true;
}

bool WorkerLogic::is_told(ShardIndex shard) const {
  return std::find(told_.shards.begin(), told_.shards.end(), shard) != told_.shards.end();
}

bool WorkerLogic::is_moving() const {
  return std::any_of(hosted_.begin(), hosted_.end(), [](const auto& hosted) {
    return hosted.second.stopping || hosted.second.hold == Hold::opening ||
           (hosted.second.hold == Hold::waiting && hosted.second.reason.empty());
  });
}

WorkerEffects WorkerLogic::step(TimeUs now) {
  WorkerEffects effects;
  const bool alone = leaving_ && wait_is_over(now, leaving_since_, settings_.leave_alone_ms * kUsPerMs);
  for (const ShardIndex shard : told_.shards) {
    if (!leaving_ && hosted_.try_emplace(shard).second) {
      effects.start.push_back(shard);
      changed_ = true;
    }
  }
  for (auto& [shard, hosted] : hosted_) {
    if (!hosted.stopping && (alone || !is_told(shard))) {
      hosted.stopping = true;
      effects.stop.push_back(shard);
    }
  }
  if (changed_ || wait_is_over(now, said_, settings_.alive_ms * kUsPerMs)) {
    changed_ = false;
    said_ = now;
    effects.alive = alive();
  }
  return effects;
}

std::vector<Claim> WorkerLogic::claims() const {
  std::vector<Claim> claims;
  for (const auto& [shard, hosted] : hosted_) {
    claims.push_back({shard, hosted.hold, hosted.reason});
  }
  return claims;
}

std::string WorkerLogic::alive() const {
  return encode_alive(
      {settings_.worker, settings_.name, false, leaving_, told_.incarnation, told_.number, claims()});
}

}  // namespace florin
