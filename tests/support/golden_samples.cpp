#include "protocol/account.hpp"
#include "protocol/backend.hpp"
#include "protocol/backup_rows.hpp"
#include "protocol/batch_record.hpp"
#include "protocol/inbox_chunk.hpp"
#include "protocol/letter.hpp"
#include "protocol/message.hpp"
#include "protocol/ownership.hpp"
#include "protocol/query.hpp"
#include "protocol/statement.hpp"
#include "storage/shard_disk.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/golden.hpp"

namespace florin::test {

namespace {

constexpr TimeUs kTime{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z
constexpr ShardIndex kShard{2};

Id128 lineage() {
  return fixed_from<Id128>(from_hex("000102030405060708090a0b0c0d0e0f"));
}

SessionNonce session() {
  return fixed_from<SessionNonce>(from_hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"));
}

Id128 trace() {
  return fixed_from<Id128>(from_hex("4bf92f3577b34da6a3ce929d0e0e4736"));
}

std::optional<Problem> problem_of(const Reader& reader) {
  return reader.ok() ? std::nullopt : std::optional(reader.problem());
}

template <class T>
std::optional<Problem> problem_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

/// A sample whose decoder takes whole messages.
template <class T>
GoldenSample message(std::string name, std::string bytes, Result<T> (*decode)(std::string_view),
                     std::function<std::string(const T&)> encode) {
  return {std::move(name), std::move(bytes),
          [decode](std::string_view given) { return problem_of(decode(given)); },
          [decode, encode](std::string_view given) { return encode(decode(given).value()); }};
}

/// A sample whose decoder reads an element and says in the reader what is wrong.
template <class T>
GoldenSample element(std::string name, const T& value, void (*encode)(Writer&, const T&),
                     T (*decode)(Reader&)) {
  const auto pack = [encode](const T& any) {
    Writer writer;
    encode(writer, any);
    return std::move(writer).take();
  };
  return {std::move(name), pack(value),
          [decode](std::string_view given) {
            Reader reader(given);
            (void)decode(reader);
            reader.finish();
            return problem_of(reader);
          },
          [decode, pack](std::string_view given) {
            Reader reader(given);
            return pack(decode(reader));
          }};
}

std::string pack(const TracedCommand& traced) {
  Writer writer;
  encode_command(writer, traced);
  return std::move(writer).take();
}

GoldenSample command(std::string name, const TracedCommand& traced) {
  const auto decode = [](std::string_view given) {
    Reader reader(given);
    auto decoded = decode_command(reader);
    reader.finish();
    return decoded && !reader.ok() ? Result<TracedCommand>(tl::make_unexpected(reader.problem())) : decoded;
  };
  return {"command." + std::move(name), pack(traced),
          [decode](std::string_view given) { return problem_of(decode(given)); },
          [decode](std::string_view given) { return pack(decode(given).value()); }};
}

/// Each kind bare, and each once with every option it takes.
void add_commands(std::vector<GoldenSample>& samples) {
  samples.push_back(command("open", {open_wallet("o-1", "alice"), {}}));
  samples.push_back(command("deposit", {deposit("d-1", "alice", 1250), {}}));
  samples.push_back(command("withdraw", {withdraw("w-1", "alice", 1300, "JPY"), {}}));
  samples.push_back(command("payment", {payment("p-1", "alice", 9007199254740991), {}}));
  samples.push_back(command("freeze", {freeze("f-1", "alice", FreezeScope::debits), {}}));
  samples.push_back(command("unfreeze", {unfreeze("u-1", "alice"), {}}));
  samples.push_back(command("close", {close_wallet("c-1", "alice"), {}}));
  samples.push_back(command("set_limits", {set_limits("l-1", "alice", 50000), {}}));

  TracedCommand open{open_wallet("o-2", "bob~KWD", "KWD"), trace()};
  open.command.credit_limit = MinorUnits(100000);
  open.command.reference = Reference("contract 17");
  open.command.effective_date = 20260101;
  samples.push_back(command("open.options", open));

  TracedCommand paid{advice(payment("p-2", "alice", 300)), trace()};
  paid.command.external = ExternalAccount("card:visa");
  paid.command.merchant = Merchant("Caf\xC3\xA9 Nero");
  paid.command.reference = Reference("auth 004711");
  paid.command.effective_date = 20260102;
  samples.push_back(command("payment.options", paid));
  samples.push_back(command("deposit.async", {deposit("d-3", "alice", 500), {}, true}));

  TracedCommand redriven{deposit("d-1", "alice", 1250), {}};
  redriven.redrive = true;
  samples.push_back(command("deposit.redrive", redriven));
  TracedCommand again{withdraw("w-1~r1", "alice", 1300, "JPY"), {}};
  again.command.redrive_of = TransactionId("w-1");
  samples.push_back(command("withdraw.redrive_of", again));
}

Entry success_entry() {
  WalletState after;
  after.status = WalletStatus::open;
  after.currency = currency("EUR");
  after.balance = MinorUnits(1250);
  after.version = WalletVersion(2);
  after.stands_at = SequenceNumber(7);
  Decision decision;
  decision.external = ExternalAccount("bank:settlement");
  return make_entry(deposit("d-1", "alice", 1250),
                    {ClientName("till"), trace(), TimeUs(kTime.value() - 900), TimeUs(kTime.value() - 400)},
                    kTime, decision, {WalletId("alice"), SequenceNumber(6), after});
}

Entry rejected_entry() {
  Entry entry = success_entry();
  entry.command = payment("p-1", "alice", 99999);
  entry.command.merchant = Merchant("Caf\xC3\xA9 Nero");
  entry.provenance = {{}, {}, kTime, kTime};
  entry.outcome = Outcome::rejected;
  entry.reason = Code::insufficient_funds;
  entry.external = ExternalAccount("card:settlement");
  entry.sides[0].previous = SequenceNumber(7);
  entry.sides[0].after.version = WalletVersion(3);
  entry.sides[0].after.stands_at = SequenceNumber(8);
  return entry;
}

BatchHeader header_of(RecordType type) {
  BatchHeader header = genesis(lineage(), kShard);
  header.type = type;
  header.ordinal = BatchOrdinal(type == RecordType::epoch ? 1 : 2);
  header.epoch = Epoch(1);
  header.time = kTime;
  if (type == RecordType::entries) {
    header.incarnation = Incarnation(3);
    header.first_sequence = SequenceNumber(7);
    header.previous_hash = fixed_from<Digest>(std::string(32, '\x11'));
  }
  return header;
}

std::string seal_again(std::string_view given) {
  const BatchRecord record = read_record(given).value();
  BatchBuilder builder(record.header);
  const auto entries = record.entries();
  for (const Entry& entry : entries.value()) {
    builder.add(entry);
  }
  return std::move(builder).seal().bytes;
}

GoldenSample record(std::string name, BatchBuilder builder) {
  const auto decode = [](std::string_view given) -> std::optional<Problem> {
    const auto read = read_record(given);
    return read ? problem_of(read->entries()) : std::optional(read.error());
  };
  return {std::move(name), std::move(builder).seal().bytes, decode, seal_again};
}

void add_backup(std::vector<GoldenSample>& samples) {
  const auto pack_rows = [](const std::vector<std::string_view>& rows) {
    BackupRowsBuilder builder;
    for (const std::string_view row : rows) {
      builder.add(row);
    }
    return builder.take();
  };
  const std::string first = BatchBuilder(header_of(RecordType::epoch)).seal().bytes;
  samples.push_back(message<std::vector<std::string_view>>("backup_rows", pack_rows({first}),
                                                           decode_backup_rows, pack_rows));
}

void add_journal(std::vector<GoldenSample>& samples) {
  samples.push_back(record("record.epoch", BatchBuilder(header_of(RecordType::epoch))));
  BatchBuilder entries(header_of(RecordType::entries));
  entries.add(success_entry());
  entries.add(rejected_entry());
  samples.push_back(record("record.entries", std::move(entries)));
  Entry redriven = success_entry();
  redriven.command.id = TransactionId("d-0~r1");
  redriven.command.redrive_of = TransactionId("d-0");
  redriven.attempt = 2;
  BatchBuilder linked(header_of(RecordType::entries));
  linked.add(redriven);
  samples.push_back(record("record.redriven", std::move(linked)));
  samples.push_back(element<WalletRow>("wallet_row", {WalletId("alice"), success_entry().side().after},
                                       encode_wallet_row, decode_wallet_row));
  samples.push_back(element<IdRow>(
      "id_row", {IdNamespace::client, WalletId("alice"), TransactionId("d-1"), SequenceNumber(7)},
      encode_id_row, decode_id_row));
  samples.push_back(element<DerivedMark>("derived_mark",
                                         {BatchOrdinal(12), BatchOrdinal(10), BatchOrdinal(8), 1024, 3},
                                         encode_derived_mark, decode_derived_mark));
  Totals totals;
  totals.apply(success_entry().postings());
  samples.push_back(element<Totals>("totals", totals, encode_totals, decode_totals));
  samples.push_back(element<Position>(
      "position",
      {lineage(), kShard, BatchOrdinal(2), SequenceNumber(8), fixed_from<Digest>(std::string(32, '\x22'))},
      encode_position, decode_position));
}

std::string pack_answers(const std::vector<AddressedAnswer>& answers) {
  AnswersBuilder builder;
  for (const AddressedAnswer& answer : answers) {
    Writer body;
    encode_answer_body(body, answer.answer);
    builder.add(answer.number, answer.index, body.view());
  }
  return builder.take();
}

GoldenSample submit(std::string name, std::string bytes) {
  return {std::move(name), std::move(bytes),
          [](std::string_view given) -> std::optional<Problem> {
            const auto read = decode_submit(given, 100);
            if (!read) {
              return read.error().problem;
            }
            for (const Submit::Item& item : read->items) {
              if (!item.decoded) {
                return item.decoded.error();
              }
            }
            return std::nullopt;
          },
          [](std::string_view given) {
            const auto read = decode_submit(given, 100);
            std::vector<TracedCommand> again;
            for (const Submit::Item& item : read.value().items) {
              again.push_back(item.decoded.value());
            }
            return encode_submit(read.value().head, again);
          }};
}

void add_front_end(std::vector<GoldenSample>& samples) {
  const std::vector<TracedCommand> commands{{open_wallet("o-1", "alice"), {}},
                                            {deposit("d-1", "alice", 1250), {}}};
  samples.push_back(submit("submit", encode_submit(5, commands)));
  samples.push_back(submit("submit.session", encode_submit({session(), 5}, commands)));
  samples.push_back(message<Hello>("hello", encode_hello({session()}), decode_hello, encode_hello));
  samples.push_back(
      message<Hello>("hello.first", encode_hello({session(), 1, 1, 300}), decode_hello, encode_hello));
  samples.push_back(
      message<Welcome>("welcome", encode_welcome({1, session(), Incarnation(3), 5, {4194304, 8192, 100'000}}),
                       decode_welcome, encode_welcome));
  samples.push_back(message<GoBack>("go_back.out_of_sequence",
                                    encode_go_back({session(), Code::out_of_sequence, 5}), decode_go_back,
                                    encode_go_back));
  samples.push_back(message<GoBack>("go_back.unknown_session",
                                    encode_go_back({session(), Code::unknown_session, 0}), decode_go_back,
                                    encode_go_back));
  Answer repeated = answer_of(success_entry(), kShard);
  repeated.duplicate = true;
  const auto answers = [](std::string name, const std::vector<AddressedAnswer>& list) {
    return message<std::vector<AddressedAnswer>>(std::move(name), pack_answers(list), decode_answers,
                                                 pack_answers);
  };
  samples.push_back(answers("answers.success", {{5, 1, answer_of(success_entry(), kShard)}}));
  samples.push_back(answers("answers.queued", {{8, 0, queued_answer()}}));
  samples.push_back(answers("answers.rejected", {{5, 2, answer_of(rejected_entry(), kShard)}}));
  samples.push_back(answers("answers.duplicate", {{6, 0, repeated}}));
  samples.push_back(
      answers("answers.refusal", {{7, 0, refusal(Code::invalid_amount, "amount is 0")},
                                  {7, 1, refusal(Code::overloaded, "the queue of shard 2 is full", 100)},
                                  {{}, {}, refusal(Code::malformed, "")}}));
}

std::string pack_results(const Results& results) {
  ResultsBuilder builder;
  for (const TicketAnswer& answer : results.answers) {
    builder.add(answer.ticket, answer.body);
  }
  return builder.take(results.shard, results.incarnation, results.epoch, results.number);
}

void add_back_end(std::vector<GoldenSample>& samples) {
  samples.push_back(message<Ready>("ready",
                                   encode_ready({kShard, Epoch(4), "worker-1", Incarnation(3), 6, 2}),
                                   decode_ready, encode_ready));
  Work work{Incarnation(3), Epoch(4), 5, false, {}};
  work.items.push_back({Ticket(9), ClientName("till"), TimeUs(kTime.value() - 900),
                        TimeUs(kTime.value() - 400), packed(deposit("d-1", "alice", 1250)), false});
  work.items.push_back({Ticket(10), {}, kTime, kTime, packed(close_wallet("c-1", "alice")), true});
  samples.push_back(message<Work>("work", encode_work(work), decode_work,
                                  [](const Work& again) { return encode_work(again); }));
  Writer body;
  encode_answer_body(body, refusal(Code::overloaded, "", 50));
  samples.push_back(message<Results>(
      "results",
      pack_results(
          {kShard, Incarnation(3), Epoch(4), 2, {{Ticket(9), body.view()}, {Ticket(10), body.view()}}}),
      decode_results, pack_results));
}

void add_ownership(std::vector<GoldenSample>& samples) {
  Alive alive{fixed_from<Id128>("worker's own 16."), "worker-4711", false, true, Incarnation(3), 7, {}};
  alive.claims = {{ShardIndex(0), Hold::serving, {}},
                  {kShard, Hold::waiting, "florin worker (process 4712 on host)"}};
  samples.push_back(message<Alive>("alive", encode_alive(alive), decode_alive, encode_alive));
  samples.push_back(message<Placement>("placement",
                                       encode_placement({Incarnation(3), 8, {ShardIndex(0), ShardIndex(1)}}),
                                       decode_placement, encode_placement));
}

void add_queries(std::vector<GoldenSample>& samples) {
  const auto pack_query = [](const Query& query) {
    return encode_query(query.request, query.kind, query.parameters);
  };
  const auto pack_reply = [](const Reply& reply) {
    return reply.code == Code::none ? encode_reply(reply.request, reply.payload)
                                    : encode_refusal(reply.request, {reply.code, reply.detail});
  };
  samples.push_back(message<Query>("query.head", encode_query(1, QueryKind::head), decode_query, pack_query));
  Writer wallet;
  wallet.array(1).text("alice");
  samples.push_back(message<Query>("query.wallet", encode_query(2, QueryKind::wallet, wallet.view()),
                                   decode_query, pack_query));
  Writer row;
  encode_wallet_row(row, {WalletId("alice"), success_entry().side().after});
  samples.push_back(message<Reply>("reply.wallet", encode_reply(2, row.view()), decode_reply, pack_reply));
  samples.push_back(message<Reply>("reply.refusal",
                                   encode_refusal(3, {Code::not_found, "wallet bob was never heard of"}),
                                   decode_reply, pack_reply));
}

/// What the router keeps of commands that it has accepted.
void add_inbox(std::vector<GoldenSample>& samples) {
  const auto pack_chunk = [](const InboxChunk& chunk) {
    std::vector<InboxItem> items;
    for (const InboxChunk::Item& item : chunk.items) {
      items.push_back({item.accepted, item.packed});
    }
    return encode_inbox_chunk(chunk.shard, chunk.first, items);
  };
  const std::string first = pack({deposit("d-3", "alice", 500), {}, true});
  const std::string second = packed(close_wallet("c-1", "alice"));
  const std::vector<InboxItem> items{{kTime, first}, {TimeUs(kTime.value() + 400), second}};
  samples.push_back(message<InboxChunk>("inbox_chunk", encode_inbox_chunk(kShard, InboxPosition(7), items),
                                        decode_inbox_chunk, pack_chunk));
  samples.push_back(element<QueuedRow>("queued_row", {kTime, TimeUs(kTime.value() + 400)}, encode_queued_row,
                                       decode_queued_row));
}

void add_consumers(std::vector<GoldenSample>& samples) {
  Account account{WalletId("alice"), currency("EUR"), MinorUnits(-5), Int128{1} << 64U, 12, 3,
                  WalletVersion(4),  LineNumber(9)};
  samples.push_back(element<Account>("account", account, encode_account, decode_account));
  Entry booked = success_entry();
  booked.command.reference = Reference("invoice 7");
  booked.command.effective_date = 20260102;
  account.balance = MinorUnits(1250);
  samples.push_back(element<StatementLine>(
      "statement_line", make_line(LineNumber(12), kShard, booked, account), encode_line, decode_line));
  samples.push_back(element<DailyTotal>("daily_total", {{20260101, currency("EUR"), Kind::deposit}, 2, -1},
                                        encode_daily_total, decode_daily_total));
  RefusedRecord refused = make_refused(
      kTime, "peer\x01", {Code::malformed, "SUBMIT: the bytes end here or are an extension type"}, "GET /");
  refused.sequence = RefusedSequence(1);
  samples.push_back(element<RefusedRecord>("refused_record", refused, encode_refused, decode_refused));
  samples.push_back(element<SinkPosition>(
      "sink_position",
      {{lineage(), kShard, BatchOrdinal(2), SequenceNumber(8), fixed_from<Digest>(std::string(32, '\x22'))},
       FailureSequence(1)},
      encode_sink_position, decode_sink_position));
  Letter malformed;
  malformed.number = LetterNumber(1);
  malformed.letter_class = LetterClass::malformed;
  malformed.arrived = kTime;
  malformed.refused = refused;
  samples.push_back(element<Letter>("letter.malformed", malformed, encode_letter, decode_letter));
  Letter rejected;
  rejected.number = LetterNumber(2);
  rejected.letter_class = LetterClass::rejected;
  rejected.arrived = TimeUs(kTime.value() + 1500);
  rejected.entry = EntryRow{kShard, kTime, rejected_entry()};
  samples.push_back(element<Letter>("letter.rejected", rejected, encode_letter, decode_letter));
  const OperatorName ann("ann");
  const TransactionId again("p-1~r1");
  rejected.handlings = {{HandlingState::redriving, kTime.plus(2000), ann, again, {}, {}, {}},
                        {HandlingState::redriven, kTime.plus(3000), ann, again, Resolution::success, {}, {}}};
  samples.push_back(element<Letter>("letter.redriven", rejected, encode_letter, decode_letter));
  malformed.handlings = {
      {HandlingState::discarded, kTime.plus(2000), ann, {}, {}, {}, "a port scan of our own"}};
  samples.push_back(element<Letter>("letter.discarded", malformed, encode_letter, decode_letter));
}

Handle handle(std::uint64_t request, HandleAction action) {
  Handle made;
  made.request = request;
  made.letter = LetterNumber(2);
  made.by = OperatorName("ann");
  made.action = action;
  return made;
}

void add_handles(std::vector<GoldenSample>& samples) {
  const auto sample = [&samples](std::string name, const Handle& given) {
    samples.push_back(
        message<Handle>("handle." + std::move(name), encode_handle(given), decode_handle, encode_handle));
  };
  Handle reserve = handle(1, HandleAction::reserve);
  reserve.letter_class = LetterClass::rejected;
  sample("reserve", reserve);
  Handle record = handle(2, HandleAction::record);
  record.id = TransactionId("p-1~r1");
  record.resolution = Resolution::success;
  sample("record", record);
  Handle discard = handle(3, HandleAction::discard);
  discard.reason = "paid by hand as h-1";
  discard.even_redriven = true;
  sample("discard", discard);
}

}  // namespace

std::vector<GoldenSample> golden_samples() {
  std::vector<GoldenSample> samples;
  add_commands(samples);
  add_front_end(samples);
  add_back_end(samples);
  add_ownership(samples);
  add_queries(samples);
  add_journal(samples);
  add_backup(samples);
  add_inbox(samples);
  add_consumers(samples);
  add_handles(samples);
  return samples;
}

}  // namespace florin::test
