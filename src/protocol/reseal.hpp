#pragma once

/// A record sealed once more: a restored journal has the records of the old one in its own lineage.

#include "protocol/batch_record.hpp"

namespace florin {

/// The entries of `record`, byte for byte, under another header. Sequences and time of `header`, on which the
/// packed entries depend, are the record's own. (In batch_record.cpp, beside the other way to seal one.)
[[nodiscard]] SealedRecord reseal(const BatchRecord& record, const BatchHeader& header);

}  // namespace florin
