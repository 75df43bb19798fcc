#pragma once

/// The files of web/, as the build put them into the program: a page needs nothing installed beside it.
///
///     if (const web::Asset* page = web::find_asset("/docs")) { send(page->gzip); }
///
/// Everything lives as long as the program; any thread may read it.

#include <span>
#include <string_view>

namespace florin::web {

struct Asset {
  std::string_view path;  ///< of the URL
  std::string_view media_type;
  std::string_view etag;   ///< quoted; another one when the file is another one
  std::string_view gzip;   ///< the file, compressed
  std::string_view plain;  ///< the file as it is; empty where it is so large that it is kept compressed alone
};

/// All of them. Written by cmake/embed_web.cmake.
[[nodiscard]] std::span<const Asset> assets();
/// Nothing where there is no such file.
[[nodiscard]] const Asset* find_asset(std::string_view path);

}  // namespace florin::web
