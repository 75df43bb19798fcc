#pragma once

/// The keys of CURVE connections, as text (Z85). Plain values.

#include <string>

namespace florin {

struct KeyPair {
  std::string public_key;
  std::string secret_key;

  bool operator==(const KeyPair&) const = default;
};

/// What a socket that connects needs: whom it expects behind the door, and who it is.
struct CurveKeys {
  std::string server_public_key;
  KeyPair own;
};

}  // namespace florin
