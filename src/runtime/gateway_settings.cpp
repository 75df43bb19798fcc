#include "runtime/gateway_settings.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace florin {

namespace {

bool is_address(const std::string& text) {
  in6_addr bytes{};
  return ::inet_pton(AF_INET, text.c_str(), &bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "::1" || address.starts_with("127.");
}

std::string read_listen(std::string_view text, GatewaySettings& gateway) {
  if (text == "off") {
    gateway.enabled = false;
    return {};
  }
  const std::size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, colon);
  std::uint16_t port = 0;
  const std::string_view digits =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool has_port = error == std::errc() && end == digits.data() + digits.size();
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  if (!has_port || !is_address(std::string(address))) {
    return fmt::format("is {}: it must be an IP address with its port (127.0.0.1:8000), or off", text);
  }
  gateway.enabled = true;
  gateway.address = address;
  gateway.port = port;
  return {};
}

std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::size_t begin = std::min(list.find_first_not_of(' '), end);
    if (begin < end) {
      names.emplace_back(list.substr(begin, end - begin));
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

}  // namespace florin
