#include "gateway/cluster_status.hpp"
#include "gateway/metrics.hpp"
#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"

namespace florin::route {

/// Asked of the parts each time, so it is as old as their answers.
Step metrics(const Call& call) {
  if (const auto none = no_parameters(call.target); !none) {
    return none.error();
  }
  return Gather{
      every_part(call.shards), [](Replies& replies) -> Step {
        return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(replies), {}};
      }};
}

}  // namespace florin::route
