#include "protocol/backend.hpp"

#include "protocol/backend_fields.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kReadyElements = 8;
constexpr std::uint32_t kWorkElements = 7;
constexpr std::uint32_t kItemElements = 6;
constexpr std::uint32_t kResultsElements = 7;
constexpr std::size_t kCommandSizeMax = std::size_t{64} * 1024;

template <class Text>
BasicWorkItem<Text> read_item(Reader& reader) {
  reader.array_of(kItemElements, "work item");
  BasicWorkItem<Text> item;
  item.ticket = Ticket(reader.uint("ticket"));
  item.client = ClientName(reader.text_or_nil("client", kNameMax));
  item.requested = TimeUs(reader.integer("requested"));
  item.queued = TimeUs(reader.integer("queued"));
  item.isolated = reader.boolean("isolated");
  item.packed = reader.bin("command", kCommandSizeMax);
  return item;
}

}  // namespace

std::string encode_ready(const Ready& ready) {
  Writer writer;
  open_envelope(writer, kReadyElements, MessageType::ready)
      .uint(ready.shard.value())
      .uint(ready.epoch.value())
      .text(ready.worker)
      .uint(ready.incarnation.value())
      .uint(ready.next)
      .uint(ready.results);
  return std::move(writer).take();
}

Result<Ready> decode_ready(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kReadyElements, MessageType::ready, "READY");
  Ready ready;
  ready.shard = read_shard(reader);
  ready.epoch = Epoch(reader.uint("epoch"));
  ready.worker = reader.text("worker", kWorkerNameMax);
  ready.incarnation = Incarnation(reader.uint("incarnation"));
  ready.next = reader.uint("next");
  ready.results = reader.uint("results");
  return finished(reader, std::move(ready));
}

namespace {

template <class Text>
std::string encode_any_work(const BasicWork<Text>& work) {
  Writer writer;
  open_envelope(writer, kWorkElements, MessageType::work)
      .uint(work.incarnation.value())
      .uint(work.epoch.value())
      .uint(work.number)
      .boolean(work.anew)
      .array(work.items.size());
  for (const BasicWorkItem<Text>& item : work.items) {
    writer.array(kItemElements)
        .uint(item.ticket.value())
        .text_or_nil(item.client.view())
        .integer(item.requested.value())
        .integer(item.queued.value())
        .boolean(item.isolated)
        .bin(item.packed);
  }
  return std::move(writer).take();
}

template <class Text>
Result<BasicWork<Text>> decode_any_work(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kWorkElements, MessageType::work, "WORK");
  BasicWork<Text> work;
  work.incarnation = Incarnation(reader.uint("incarnation"));
  work.epoch = Epoch(reader.uint("epoch"));
  work.number = reader.uint("number");
  work.anew = reader.boolean("anew");
  const std::uint32_t count = reader.array("items");
  work.items.reserve(reader.ok() ? count : 0);
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    work.items.push_back(read_item<Text>(reader));
  }
  return finished(reader, std::move(work));
}

}  // namespace

std::string encode_work(const Work& work) {
  return encode_any_work(work);
}

std::string encode_work(const WorkView& work) {
  return encode_any_work(work);
}

Result<Work> decode_work(std::string_view bytes) {
  return decode_any_work<std::string>(bytes);
}

Result<WorkView> view_work(std::string_view bytes) {
  return decode_any_work<std::string_view>(bytes);
}

Writer& ResultsBuilder::open(Ticket ticket) {
  ++count_;
  return answers_.array(2).uint(ticket.value());
}

void ResultsBuilder::add(const ResultsBuilder& later) {
  answers_.raw(later.answers_.view());
  count_ += later.count_;
}

void ResultsBuilder::clear() {
  answers_.clear();
  count_ = 0;
}

std::string ResultsBuilder::take(ShardIndex shard, Incarnation incarnation, Epoch epoch,
                                 std::uint64_t number) {
  Writer writer;
  open_envelope(writer, kResultsElements, MessageType::results)
      .uint(shard.value())
      .uint(incarnation.value())
      .uint(epoch.value())
      .uint(number)
      .array(count_)
      .raw(answers_.view());
  clear();
  return std::move(writer).take();
}

Result<Results> decode_results(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kResultsElements, MessageType::results, "RESULTS");
  Results results;
  results.shard = read_shard(reader);
  results.incarnation = Incarnation(reader.uint("incarnation"));
  results.epoch = Epoch(reader.uint("epoch"));
  results.number = reader.uint("number");
  const std::uint32_t count = reader.array("answers");
  results.answers.reserve(reader.ok() ? count : 0);
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    reader.array_of(2, "answer");
    const Ticket ticket(reader.uint("ticket"));
    results.answers.push_back({ticket, reader.skip("answer body")});
  }
  return finished(reader, std::move(results));
}

}  // namespace florin
