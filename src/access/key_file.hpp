#pragma once

/// The secret key of a program that connects, or of Florin itself: a file that only its owner may read.
///
///     # a comment
///     name shop
///     public Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID
///     secret D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs

#include <filesystem>
#include <string>
#include <string_view>

#include "base/curve_keys.hpp"

namespace florin {

struct NamedKey {
  std::string name;
  KeyPair keys;
};

/// A fresh pair, from the system's randomness.
[[nodiscard]] KeyPair new_key_pair();

/// Writes a file that must not be there yet, durably. Throws AccessError.
void write_key_file(const std::filesystem::path& file, const NamedKey& key);

/// Throws AccessError where the file is open to others, is not what `florin keygen` writes, or holds two keys
/// that do not belong together.
[[nodiscard]] NamedKey read_key_file(const std::filesystem::path& file);

}  // namespace florin
