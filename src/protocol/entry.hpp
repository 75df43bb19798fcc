#pragma once

/// A journal entry: one decided transaction with all that led to it and all that followed. docs/STORAGE.md
/// draws the array element by element; places kept for holds, transfers, checks and metadata are nil today.

#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <optional>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "ledger/decide.hpp"
#include "protocol/problem.hpp"
#include "protocol/reader.hpp"
#include "protocol/writer.hpp"

namespace florin {

/// Where a command came from and when. None of it is content: a repetition may differ in all of it.
struct Provenance {
  ClientName client;
  std::optional<Id128> trace;
  TimeUs requested;  ///< when the router read it, by the router's clock
  TimeUs queued;     ///< when it stood in its shard's queue, by the router's clock

  bool operator==(const Provenance&) const = default;
};

/// One wallet that an entry touched.
struct Side {
  WalletId wallet;
  SequenceNumber previous;  ///< the wallet's entry before this one; 0 where this is its first
  WalletState after;

  bool operator==(const Side&) const = default;
};

struct Entry {
  Command command;
  IdNamespace id_namespace = IdNamespace::client;
  Provenance provenance;
  TimeUs decided;
  Outcome outcome = Outcome::success;
  Code reason = Code::none;
  std::uint32_t attempt = 1;
  bool overdrawn = false;
  bool unapplied = false;
  ExternalAccount external;            ///< the account on the other side, defaults filled in
  absl::InlinedVector<Side, 1> sides;  ///< the first is the command's own wallet

  bool operator==(const Entry&) const = default;

  [[nodiscard]] const Side& side() const { return sides.front(); }
  [[nodiscard]] SequenceNumber sequence() const { return side().after.stands_at; }
  [[nodiscard]] bool is_failure() const { return outcome != Outcome::success || unapplied; }
  /// What it moved; nothing where it was refused.
  [[nodiscard]] Postings postings() const;
};

/// Puts a decision into the words of the journal.
[[nodiscard]] Entry make_entry(const Command& command, const Provenance& provenance, TimeUs decided,
                               const Decision& decision, const Side& side);

/// Times are written as their distance from `batch_time`.
void encode_entry(Writer& writer, const Entry& entry, TimeUs batch_time);

/// Whether a hash in what is read is held against what it was made of. It is skipped where a hash over all of
/// it was checked before.
enum class HashCheck : std::uint8_t { full, skip };

/// `sequence` is the entry's own; it is not written, because its place in the batch tells it. Leaves the
/// reader behind the entry. HashCheck::full refuses one whose content hash does not fit its content.
[[nodiscard]] Result<Entry> decode_entry(Reader& reader, TimeUs batch_time, SequenceNumber sequence,
                                         HashCheck content = HashCheck::full);

/// Whether a packed entry is a failure, as far as that can be read without the rest of it. One that cannot be
/// read is taken for one, so that whoever decodes it sees why.
[[nodiscard]] bool is_packed_failure(std::string_view packed);

/// The state as an array of 13, the same in sides and in the table of wallets. `version` comes first.
void encode_wallet_state(Writer& writer, const WalletState& state);
[[nodiscard]] WalletState decode_wallet_state(Reader& reader);

}  // namespace florin
