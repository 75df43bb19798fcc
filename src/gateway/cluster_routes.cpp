// How Florin itself is: what probes and operators ask.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "gateway/cluster_status.hpp"
#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

HttpResponse json_response(const Json& json) {
  return {200, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
}

Step ask(const Call& call, std::vector<Question> questions, std::function<Step(Replies&)> then) {
  if (const auto none = no_parameters(call.target); !none) {
    return none.error();
  }
  return Gather{std::move(questions), std::move(then)};
}

Step join_shards(Replies& replies) {
  const Json routed = routed_shards(replies.front());
  Json shards = Json::array();
  for (std::size_t shard = 0; shard + 1 < replies.size(); ++shard) {
    Json row{{"shard", shard}};
    if (shard < routed.size()) {
      row.update(routed[shard]);
    }
    row.update(status_of(replies[shard + 1]));
    shards.push_back(std::move(row));
  }
  return json_response({{"shards", std::move(shards)}});
}

/// The workers as the router knows them, each with its shards.
Step group_workers(Replies& replies) {
  if (!replies.front()) {
    return replies.front().error();
  }
  Json workers = Json::object();
  for (const Json& shard : routed_shards(replies.front())) {
    const std::string worker = text_in(shard, "worker");
    if (worker.empty()) {
      continue;  // nobody has said that he has it
    }
    Json& row = workers[worker];
    row["worker"] = worker;
    const bool ready_so_far = !row.contains("ready") || flag_in(row, "ready");
    row["shards"].push_back(number_in(shard, "shard"));
    row["ready"] = ready_so_far && flag_in(shard, "ready");
    row["silent_ms"] = std::max(number_in(row, "silent_ms"), number_in(shard, "silent_ms"));
  }
  Json list = Json::array();
  for (const auto& [name, row] : workers.items()) {
    list.push_back(row);
  }
  return json_response({{"workers", std::move(list)}});
}

Step judge_readiness(Replies& replies, std::uint16_t shards) {
  if (!replies.front()) {
    return Problem{Code::owner_absent, "not ready: the router does not answer"};
  }
  std::string missing;
  std::uint16_t ready = 0;
  for (const Json& shard : routed_shards(replies.front())) {
    if (flag_in(shard, "ready")) {
      ++ready;
    } else {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", number_in(shard, "shard"));
    }
  }
  if (ready < shards) {
    return Problem{Code::owner_absent, fmt::format("not ready: shards without a worker: {}", missing)};
  }
  return json_response({{"ready", true}, {"shards", shards}});
}

}  // namespace

namespace route {

Step show_status(const Call& call) {
  return ask(call, every_part(call.shards), [](Replies& replies) -> Step {
    Json status{{"router", status_of(replies.front())}, {"shards", Json::array()}};
    for (std::size_t i = 1; i + 2 < replies.size(); ++i) {
      status["shards"].push_back(status_of(replies[i]));
    }
    status["accounting"] = status_of(replies[replies.size() - 2]);
    status["dead_letters"] = status_of(replies.back());
    return json_response(status);
  });
}

Step list_shards(const Call& call) {
  return ask(call, router_and_shards(call.shards), join_shards);
}

Step list_workers(const Call& call) {
  return ask(call, {{{Part::router, {}}}}, group_workers);
}

Step livez(const Call& /*call*/) {
  return HttpResponse{200, "application/json", R"({"live":true})", {}};
}

Step readyz(const Call& call) {
  return ask(call, {{{Part::router, {}}}},
             [shards = call.shards](Replies& replies) { return judge_readiness(replies, shards); });
}

}  // namespace route

}  // namespace florin
