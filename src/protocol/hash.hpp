#pragma once

/// The two hashes of the formats.

#include <cstdint>
#include <string_view>

#include "base/digest.hpp"
#include "ledger/command.hpp"

namespace florin {

/// BLAKE2b with 32 bytes of output and no key (RFC 7693): the links of the journal's chain.
[[nodiscard]] Digest blake2b(std::string_view bytes);

/// XXH3_64 over the packed content of a command. Different hashes prove different content; equal ones prove
/// nothing, so whoever finds them equal compares the commands.
[[nodiscard]] std::uint64_t content_hash(const Command& command);

}  // namespace florin
