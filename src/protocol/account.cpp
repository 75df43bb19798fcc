#include "protocol/account.hpp"

#include "protocol/fields.hpp"
#include "protocol/query.hpp"

namespace florin {

void encode_account(Writer& writer, const Account& account) {
  writer.array(8)
      .text(account.wallet.view())
      .text_or_nil(account.currency.code())
      .integer(account.balance.value());
  encode_int128(writer, account.credited);
  encode_int128(writer, account.debited);
  writer.uint(account.completed).uint(account.version.value()).uint(account.last_line.value());
}

Account decode_account(Reader& reader) {
  Account account;
  reader.array_of(8, "account");
  account.wallet = WalletId(reader.text("wallet", kNameMax));
  account.currency = read_currency_or_none(reader, "currency of an account");
  account.balance = MinorUnits(reader.integer("balance"));
  account.credited = decode_int128(reader);
  account.debited = decode_int128(reader);
  account.completed = reader.uint("completed");
  account.version = WalletVersion(reader.uint("version"));
  account.last_line = LineNumber(reader.uint("last line"));
  return account;
}

void encode_daily_total(Writer& writer, const DailyTotal& total) {
  writer.array(5)
      .uint(total.key.day)
      .text_or_nil(total.key.currency.code())
      .uint(static_cast<std::uint64_t>(total.key.kind))
      .uint(total.count);
  encode_int128(writer, total.sum);
}

DailyTotal decode_daily_total(Reader& reader) {
  DailyTotal total;
  reader.array_of(5, "daily total");
  total.key.day = static_cast<std::uint32_t>(reader.uint("day", UINT32_MAX));
  total.key.currency = read_currency_or_none(reader, "currency of an account");
  const auto kind = kind_from_number(reader.uint("kind"));
  if (reader.ok() && !kind) {
    reader.fail(Code::unknown_kind, "kind of a daily total");
  }
  total.key.kind = kind.value_or(Kind::open);
  total.count = reader.uint("count");
  total.sum = decode_int128(reader);
  return total;
}

std::uint32_t utc_day(TimeUs time) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const std::int64_t days = time.value() / kDayUs - (time.value() % kDayUs < 0 ? 1 : 0);
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_index + 2) / 5 + 1;
  const std::int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return static_cast<std::uint32_t>(year * 10'000 + month * 100 + day);
}

}  // namespace florin
