// Alone in its file: the commit changes often, and only this is compiled again.

#include "florin_version.hpp"
#include "gateway/json_writer.hpp"
#include "gateway/routes.hpp"

namespace florin::route {

Step version(const Call& /*call*/) {
  JsonWriter json;
  json.open().text("name", "florin").text("version", kVersion).text("commit", kCommit);
  return HttpResponse{200, "application/json", json.close().take(), {}};
}

}  // namespace florin::route
