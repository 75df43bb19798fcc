// The files of web/: the pages and what they need. They hold nothing secret, so they ask for no token; what
// the pages then ask for does.

#include <algorithm>

#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"
#include "web/assets.hpp"

namespace florin {

namespace {

/// Nothing but what this door serves, and no code or style inside a page. Swagger UI draws its arrows from
/// data.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string path_of(const Target& target) {
  std::string path;
  for (const std::string& segment : target.path) {
    path.append("/").append(segment);
  }
  return path.empty() ? "/" : path;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// Calls `visit` with each element of a list with commas until it says true; whether it did.
template <class Visit>
bool any_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (visit(trimmed(list.substr(0, end)))) {
      return true;
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// A weight of nothing is how a client says that it does not take it.
bool takes_gzip(const HttpRequest& request) {
  return any_element(request.header("Accept-Encoding").value_or(""), [](std::string_view element) {
    const std::size_t end = std::min(element.find(';'), element.size());
    const std::string_view weight = trimmed(element.substr(std::min(end + 1, element.size())));
    const bool refused =
        weight.starts_with("q=0") && weight.find_first_of("123456789") == std::string_view::npos;
    return equals_ignoring_case(trimmed(element.substr(0, end)), "gzip") && !refused;
  });
}

bool has_it_already(const HttpRequest& request, const web::Asset& asset) {
  return any_element(request.header("If-None-Match").value_or(""),
                     [&](std::string_view element) { return element == "*" || element == asset.etag; });
}

}  // namespace

namespace route {

/// A browser asks again each time, and is told that nothing has changed: a new Florin shows its new pages at
/// once.
Step web_file(const Call& call) {
  if (const auto none = no_parameters(call.target); !none) {
    return none.error();
  }
  const std::string path = path_of(call.target);
  const web::Asset* asset = web::find_asset(path);
  if (asset == nullptr) {
    return Problem{Code::not_found, "there is no such file"};
  }
  HttpResponse response{200, std::string(asset->media_type), {}, {}};
  response.with("ETag", std::string(asset->etag))
      .with("Cache-Control", "no-cache")
      .with("Vary", "Accept-Encoding")
      .with("Content-Security-Policy", std::string(kPolicy))
      .with("Referrer-Policy", "no-referrer");
  if (has_it_already(call.request, *asset)) {
    response.status = 304;
    return response;
  }
  const bool compressed = asset->plain.empty() || takes_gzip(call.request);
  response.body = compressed ? asset->gzip : asset->plain;
  if (compressed) {
    response.with("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace route

}  // namespace florin
