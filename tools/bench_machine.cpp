#include "tools/bench_machine.hpp"

#include <fmt/format.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "storage/directory_lock.hpp"
#include "storage/lmdb.hpp"
#include "transport/socket.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;
using SteadyClock = std::chrono::steady_clock;

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      return line.substr(std::min(line.find(':') + 2, line.size()));
    }
  }
  return "unknown";
}

/// By the magic numbers of statfs(2).
std::string file_system_name(const std::filesystem::path& directory) {
  struct statfs about {};
  if (::statfs(directory.c_str(), &about) != 0) {
    return "unknown";
  }
  switch (static_cast<std::uint64_t>(about.f_type)) {
    case 0xEF53: return "ext4";
    case 0x58465342: return "xfs";
    case 0x9123683E: return "btrfs";
    case 0x2FC12FC1: return "zfs";
    case 0x01021994: return "tmpfs";
    case 0x794C7630: return "overlayfs";
    default: return fmt::format("{:#x}", static_cast<std::uint64_t>(about.f_type));
  }
}

/// The holder writes `florin run (process 123 on host)` into its lock.
std::optional<std::string> process_folder(const std::filesystem::path& shard_directory) {
  constexpr std::string_view kBefore = "(process ";
  const std::string holder = DirectoryLock::holder(shard_directory);
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::size_t at = holder.find(kBefore);
  if (at == std::string::npos || holder.find(fmt::format(" on {})", host.data())) == std::string::npos) {
    return std::nullopt;
  }
  const std::size_t digits = at + kBefore.size();
  return "/proc/" + holder.substr(digits, holder.find(' ', digits) - digits);
}

std::optional<WrittenBytes> written_by(const std::filesystem::path& thread) {
  std::ifstream counters(thread / "io");
  WrittenBytes bytes;
  int found = 0;
  std::string key;
  for (std::uint64_t value = 0; counters >> key >> value;) {
    if (key == "wchar:") {
      bytes.written = value;
      ++found;
    } else if (key == "write_bytes:") {
      bytes.dirtied = value;
      ++found;
    }
  }
  return found == 2 ? std::optional(bytes) : std::nullopt;
}

/// Calls `step` for so long and gives how often a second.
template <class Step>
std::uint64_t per_second(std::uint32_t seconds, Step step) {
  const auto started = SteadyClock::now();
  std::uint64_t steps = 0;
  auto now = started;
  for (; now - started < std::chrono::seconds(seconds); now = SteadyClock::now()) {
    steps += step();
  }
  const auto took_us = std::chrono::duration_cast<std::chrono::microseconds>(now - started).count();
  return steps * 1'000'000 / static_cast<std::uint64_t>(took_us);
}

std::uint64_t commits_per_second(const std::filesystem::path& directory, std::uint32_t seconds) {
  const std::filesystem::path place = directory / "machine.lmdb";
  std::uint64_t rate = 0;
  {
    lmdb::Env env(place, {});
    const lmdb::Table table = env.table("values");
    std::uint64_t number = 0;
    rate = per_second(seconds, [&] {
      lmdb::WriteTxn txn(env);
      txn.put(table, "key", fmt::format("{:100}", ++number));
      std::move(txn).commit();
      return std::uint64_t{1};
    });
  }
  std::filesystem::remove_all(place);
  return rate;
}

constexpr std::size_t kMessageBytes = 100;

/// Sends to a DEALER as fast as it takes.
std::uint64_t messages_per_second(const std::string& endpoint, std::uint32_t seconds) {
  zmq::context_t here(1);
  zmq::context_t there(1);
  zmq::socket_t receiver = make_socket(there, zmq::socket_type::dealer);
  bind_socket(receiver, endpoint);
  std::atomic<bool> stopping{false};
  std::thread sender([&] {
    zmq::socket_t socket = make_socket(here, zmq::socket_type::dealer);
    socket.connect(endpoint);
    const std::string message(kMessageBytes, 'x');
    while (!stopping) {
      if (send(socket, message) != Sent::sent) {
        std::this_thread::yield();
      }
    }
  });
  receiver.set(zmq::sockopt::rcvtimeo, 1000);
  const auto take_some = [&] {
    constexpr std::uint64_t kMessagesPerClockReading = 100;
    zmq::message_t message;
    std::uint64_t taken = 0;
    while (taken < kMessagesPerClockReading && receiver.recv(message)) {
      ++taken;
    }
    return taken;
  };
  (void)take_some();  // the connection stands
  const std::uint64_t rate = per_second(seconds, take_some);
  stopping = true;
  sender.join();
  return rate;
}

std::uint64_t round_trips_per_second(const std::string& endpoint, std::uint32_t seconds) {
  constexpr std::string_view kEnd = "end";
  zmq::context_t here(1);
  zmq::context_t there(1);
  zmq::socket_t asker = make_socket(here, zmq::socket_type::dealer);
  bind_socket(asker, endpoint);
  std::thread echo([&] {
    zmq::socket_t socket = make_socket(there, zmq::socket_type::dealer);
    socket.connect(endpoint);
    zmq::message_t message;
    while (socket.recv(message) && message.to_string_view() != kEnd) {
      socket.send(message, zmq::send_flags::none);
    }
  });
  const std::string question(kMessageBytes, 'x');
  const auto there_and_back = [&] {
    zmq::message_t answer;
    asker.send(zmq::buffer(question), zmq::send_flags::none);
    return std::uint64_t{asker.recv(answer) ? 1U : 0U};
  };
  (void)there_and_back();
  const std::uint64_t rate = per_second(seconds, there_and_back);
  asker.send(zmq::buffer(kEnd), zmq::send_flags::none);
  echo.join();
  return rate;
}

}  // namespace

nlohmann::ordered_json describe_machine(const std::filesystem::path& directory) {
  return {{"cores", std::thread::hardware_concurrency()},
          {"processor", processor_name()},
          {"file_system", file_system_name(directory)}};
}

nlohmann::ordered_json measure_machine(const std::filesystem::path& directory, std::uint32_t seconds) {
  private_directory(directory);
  const std::string endpoint = "ipc://" + (directory / "machine.sock").string();
  Json measured;
  measured["machine"] = describe_machine(directory);
  measured["lmdb_commits_per_second"] = commits_per_second(directory, seconds);
  measured["zeromq_messages_per_second"] = messages_per_second(endpoint, seconds);
  measured["zeromq_round_trips_per_second"] = round_trips_per_second(endpoint, seconds);
  std::filesystem::remove(directory / "machine.sock");
  return measured;
}

ShardWriters::ShardWriters(const std::vector<std::filesystem::path>& shard_directories)
    : shards_(shard_directories.size()) {
  std::set<std::string> known;
  for (const std::filesystem::path& directory : shard_directories) {
    const auto folder = process_folder(directory);
    if (folder && known.insert(*folder).second) {
      processes_.push_back(*folder);
    }
  }
}

std::optional<WrittenBytes> ShardWriters::written_bytes() const {
  WrittenBytes bytes;
  std::size_t seen = 0;
  for (const std::string& process : processes_) {
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator(process + "/task", gone)) {
      std::string name;
      std::ifstream(thread.path() / "comm") >> name;
      if (!name.starts_with("shard-")) {
        continue;
      }
      const auto written = written_by(thread.path());
      if (!written) {
        return std::nullopt;
      }
      bytes.written += written->written;
      bytes.dirtied += written->dirtied;
      ++seen;
    }
  }
  return seen == shards_ && shards_ > 0 ? std::optional(bytes) : std::nullopt;
}

}  // namespace florin
