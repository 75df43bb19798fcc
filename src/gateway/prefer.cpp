#include "gateway/prefer.hpp"

#include <algorithm>

namespace florin {

namespace {

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  const std::size_t last = text.find_last_not_of(" \t");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool names_async(std::string_view preferences) {
  while (!preferences.empty()) {
    const std::size_t end = std::min(preferences.find(','), preferences.size());
    const std::string_view preference = preferences.substr(0, end);
    if (equals_ignoring_case(without_blanks(preference.substr(0, preference.find(';'))), "respond-async")) {
      return true;
    }
    preferences.remove_prefix(std::min(end + 1, preferences.size()));
  }
  return false;
}

}  // namespace

bool prefers_async(const HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const HttpHeader& header) {
    return equals_ignoring_case(header.name, "Prefer") && names_async(header.value);
  });
}

}  // namespace florin
