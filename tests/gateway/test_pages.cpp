// The pages that are embedded, and the description of the API that one of them shows.

#include <nlohmann/json.hpp>
#include <set>

#include "gateway/routes.hpp"
#include "tests/gateway/api_driver.hpp"
#include "tests/support/catch.hpp"
#include "web/assets.hpp"

namespace florin::test {
namespace {

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equals_ignoring_case(key, name)) {
      return value;
    }
  }
  return {};
}

HttpResponse get_page(const std::string& path, std::vector<HttpHeader> headers = {}) {
  ApiDriver driver;
  return driver.answer({"GET", path, {}, std::move(headers)});
}

/// Without the names that a path gives its parts.
std::string shape_of(std::string path) {
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
    path.erase(at + 1, path.find('}', at) - at - 1);
  }
  return path;
}

TEST_CASE("The pages are served compressed to whoever takes that, and plain to others") {
  const HttpResponse packed = get_page("/", {{"Accept-Encoding", "br;q=1.0, gzip;q=0.8"}});
  CHECK(packed.status == 200);
  CHECK(packed.content_type == "text/html; charset=utf-8");
  CHECK(header(packed, "Content-Encoding") == "gzip");
  CHECK(packed.body == web::find_asset("/")->gzip);
  for (const std::string accepted : {"", "gzip;q=0", "gzip; q=0.0", "identity", "gzipped"}) {
    INFO(accepted);
    const HttpResponse plain = get_page("/", {{"Accept-Encoding", accepted}});
    CHECK(header(plain, "Content-Encoding").empty());
    CHECK(plain.body == web::find_asset("/")->plain);
  }
}

TEST_CASE("A page is told by its ETag, and not sent again to whoever has it") {
  const std::string etag = header(get_page("/docs"), "ETag");
  CHECK(get_page("/docs", {{"If-None-Match", "\"other\", " + etag}}).status == 304);
  CHECK(get_page("/docs", {{"If-None-Match", etag}}).body.empty());
  CHECK(get_page("/docs", {{"If-None-Match", "\"other\""}}).status == 200);
}

TEST_CASE("Every page has a policy that lets in nothing from elsewhere and nothing written into it") {
  for (const web::Asset& asset : web::assets()) {
    INFO(asset.path);
    const HttpResponse response = get_page(std::string(asset.path));
    CHECK(response.status == 200);
    const std::string policy = header(response, "Content-Security-Policy");
    CHECK(policy.find("default-src 'none'") == 0);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("http") == std::string::npos);
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
  }
}

TEST_CASE("What is no file of the pages is not found") {
  CHECK(get_page("/assets/nothing.js").status == 404);
  CHECK(get_page("/assets/..").status != 200);
  CHECK(get_page("/docs?x=1").status == 400);
}

TEST_CASE("openapi.json describes every route of the API and no other") {
  std::set<std::string> served;
  for (const Route& route : routes()) {
    const bool is_page = web::find_asset(route.path) != nullptr || route.path == "/assets/{}";
    if (!is_page && route.path != "/metrics") {
      served.insert(std::string(route.method).append(" ").append(route.path));
    }
  }
  std::set<std::string> described;
  const auto document = nlohmann::json::parse(web::find_asset("/openapi.json")->plain);
  for (const auto& [path, operations] : document.at("paths").items()) {
    for (const auto& [method, operation] : operations.items()) {
      described.insert((method == "get" ? "GET " : "POST ") + shape_of(path));
    }
  }
  CHECK(described == served);
}

}  // namespace
}  // namespace florin::test
