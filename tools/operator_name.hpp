#pragma once

/// Who handles a dead letter from the command line.

#include <string>

#include "protocol/handling.hpp"

namespace florin {

/// `given`, or the login name of who runs this where it is empty.
[[nodiscard]] Result<OperatorName> operator_name(const std::string& given);

}  // namespace florin
