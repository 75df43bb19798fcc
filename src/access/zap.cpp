#include "access/zap.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"
#include "base/text.hpp"
#include "base/z85.hpp"

namespace florin {

namespace {

constexpr std::string_view kVersion = "1.0";
constexpr std::size_t kFrames = 7;

std::optional<DoorKind> door_of(std::string_view domain) {
  for (const DoorKind door : {DoorKind::front, DoorKind::query, DoorKind::events, DoorKind::backend}) {
    if (name(door) == domain) {
      return door;
    }
  }
  return std::nullopt;
}

/// The role without which nobody is let in.
std::optional<Role> needed_at(DoorKind door) {
  switch (door) {
    case DoorKind::front:
    case DoorKind::query: return std::nullopt;
    case DoorKind::events: return Role::read;
    case DoorKind::backend: return Role::node;
  }
  invariant(false, "a door is one of its enumerators");
  return std::nullopt;
}

struct Verdict {
  std::string user;
  std::string refusal;
};

Verdict judge(const std::vector<std::string>& frames, const Keys& keys, std::string_view own_public_key) {
  if (frames.size() != kFrames || frames[0] != kVersion) {
    return {{}, "the request is none of ZAP 1.0 with CURVE"};
  }
  const auto door = door_of(frames[2]);
  if (!door || frames[5] != "CURVE" || frames[6].size() != kCurveKeyBytes) {
    return {{}, "it does not come with a key"};
  }
  const std::string key = to_z85(frames[6]);
  if (key == own_public_key) {
    return {std::string(kOwnUser), {}};
  }
  const Caller* caller = keys.with_key(key);
  if (caller == nullptr) {
    return {{}, fmt::format("the key {} is not in the list of keys", key)};
  }
  const auto needed = needed_at(*door);
  if (needed && !caller->roles.has(*needed)) {
    return {{},
            fmt::format("{} has the roles {}, and the door `{}` needs {}", caller->name, name(caller->roles),
                        name(*door), name(*needed))};
  }
  return {caller->name, {}};
}

}  // namespace

std::string_view name(DoorKind door) {
  switch (door) {
    case DoorKind::front: return "front";
    case DoorKind::query: return "query";
    case DoorKind::events: return "events";
    case DoorKind::backend: return "backend";
  }
  invariant(false, "a door is one of its enumerators");
  return {};
}

ZapAnswer answer_zap(const std::vector<std::string>& frames, const Keys& keys,
                     std::string_view own_public_key) {
  const Verdict verdict = judge(frames, keys, own_public_key);
  const bool in = verdict.refusal.empty();
  const std::string id = frames.size() > 1 ? frames[1] : "";
  return {{std::string(kVersion), id, in ? "200" : "400", in ? "OK" : "not allowed", verdict.user, ""},
          frames.size() > 3 ? frames[3] : "",
          verdict.refusal};
}

}  // namespace florin
