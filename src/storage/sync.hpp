#pragma once

#include <filesystem>

namespace florin {

/// Makes what a directory lists durable: a file that was synced is lost all the same where its name was not.
/// Throws StoreFault (refused).
void sync_directory(const std::filesystem::path& directory);

/// The same for a file's content.
void sync_file(const std::filesystem::path& file);

}  // namespace florin
