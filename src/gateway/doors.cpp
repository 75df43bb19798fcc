#include "gateway/doors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace florin {

namespace {

constexpr std::size_t kHeaderShownMax = 80;

std::string shown_header(std::string_view text) {
  return escape_bytes(text.substr(0, kHeaderShownMax));
}

/// The name of `name:port` or `[address]:port`.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos &&
                        host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return has_port ? host.substr(0, colon) : host;
}

/// An address of IPv6 stands in brackets, where a port may follow.
std::string_view without_brackets(std::string_view name) {
  return name.starts_with('[') && name.ends_with(']') ? name.substr(1, name.size() - 2) : name;
}

bool is_ours(std::string_view host, const GatewaySettings& settings) {
  const std::string_view name = without_brackets(without_port(host));
  constexpr std::array<std::string_view, 3> kLoopback{"localhost", "127.0.0.1", "::1"};
  const auto is_name = [&](std::string_view known) { return equals_ignoring_case(name, known); };
  return is_name(settings.address) || std::any_of(kLoopback.begin(), kLoopback.end(), is_name) ||
         std::any_of(settings.hosts.begin(), settings.hosts.end(), is_name);
}

std::optional<Problem> check_host(const HttpRequest& request, const GatewaySettings& settings) {
  if (request.count("Host") != 1) {
    return Problem{Code::invalid_parameter, "a request has exactly one Host header"};
  }
  const std::string_view host = request.header("Host").value_or("");
  if (is_ours(host, settings)) {
    return std::nullopt;
  }
  return Problem{Code::host_not_allowed,
                 fmt::format("Host is `{}`: name it in gateway.hosts where it is right", shown_header(host))};
}

std::optional<Problem> check_origin(const HttpRequest& request) {
  const auto site = request.header("Sec-Fetch-Site");
  const bool foreign_site = site && *site != "same-origin" && *site != "none" && request.method != "GET";
  const auto origin = request.header("Origin");
  const std::string_view host = request.header("Host").value_or("");
  const bool same = !origin || equals_ignoring_case(*origin, fmt::format("http://{}", host)) ||
                    equals_ignoring_case(*origin, fmt::format("https://{}", host));
  if (same && !foreign_site) {
    return std::nullopt;
  }
  return Problem{Code::origin_not_allowed,
                 fmt::format("Origin is `{}` and Sec-Fetch-Site is `{}`: pages of other sites may not call",
                             shown_header(origin.value_or("")), shown_header(site.value_or("")))};
}

bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) {
    type.remove_suffix(1);
  }
  return equals_ignoring_case(type, "application/json");
}

std::optional<Problem> check_content_type(const HttpRequest& request) {
  const bool writes = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  const std::string_view given = request.header("Content-Type").value_or("");
  if ((!writes && request.body.empty()) || is_json(given)) {
    return std::nullopt;
  }
  return Problem{Code::unsupported_media_type,
                 fmt::format("Content-Type is `{}`: send application/json", shown_header(given))};
}

}  // namespace

std::optional<Problem> check_doors(const HttpRequest& request, const GatewaySettings& settings) {
  if (auto wrong = check_host(request, settings)) {
    return wrong;
  }
  if (auto wrong = check_origin(request)) {
    return wrong;
  }
  return check_content_type(request);
}

}  // namespace florin
