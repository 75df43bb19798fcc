#include "actors/worker_door.hpp"

#include "actors/status_text.hpp"
#include "runtime/process_name.hpp"

namespace florin {

WorkerDoor::WorkerDoor(const Process& process, std::function<std::vector<Claim>()> claims) {
  const QueryDoor door{
      process_door(process.config.run_dir, process.name),
      worker_queries([&process, claims = std::move(claims)] { return pack_status(claims(), process.name); })};
  remove_dead_doors(process.config.run_dir);
  try {
    door_.emplace(process.context, std::vector<QueryDoor>{door}, process.config.doors, process.doors,
                  process.flow);
  } catch (const TransportError& error) {
    process.log.warning("worker", "cannot be asked by florin health", {{"reason", error.what()}});
  }
}

void WorkerDoor::answer() {
  if (door_) {
    door_->round(0);
  }
}

}  // namespace florin
