// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "chaos/crew.hpp"
#include "chaos/sqlite_file.hpp"
#include "chaos/sqlite_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr std::uint32_t seed = 20240310;
constexpr std::int64_t orders_of_a_writer = 1'000'000;
constexpr std::chrono::seconds start_limit{30};

struct Tally {
  std::size_t acked = 0;
  std::size_t lost = 0;
  std::size_t unacked = 0;  // committed, but killed before it could say so
  long long half = 0;
  int damaged = 0;
};

std::string contents_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A writer from its first acknowledged commit to its death at some moment after it. What it has
// acknowledged: whole lines only, because death can come in the middle of one.
std::vector<long long> acks_of_killed_writer(const SqliteFile& file, const std::string& log,
                                             const Command& command, std::mt19937& random) {
  Background writer(command, log);
  const auto until = Clock::now() + start_limit;
  while (std::filesystem::file_size(log) == 0) {
    if (!writer.running() || Clock::now() >= until) {
      throw std::runtime_error("the writer does not write: " + file.path());
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution(0, 30'000)(random)));
  if (!writer.running()) throw std::runtime_error("the writer has ended: " + contents_of(log));
  kill(writer.pid(), SIGKILL);
  while (writer.running()) std::this_thread::sleep_for(std::chrono::microseconds(100));
  const std::string text = contents_of(log);
  std::filesystem::remove(log);
  return numbers_of(std::string_view(text).substr(0, text.rfind('\n') + 1));
}

// By turns the database is opened after the death by lockstep and by the raw client first: the one
// who does it has to mend what is broken.
void judge(const SqliteFile& file, int trial, std::vector<long long> acked, Tally& tally) {
  const std::int64_t first = trial * orders_of_a_writer;
  const std::string of_trial = " WHERE id >= " + std::to_string(first);
  if (trial % 4 < 2) {
    Database db = Database::open(file.url());
    static_cast<void>(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM orders"));
  }
  if (!file.intact()) ++tally.damaged;
  std::vector<long long> found = file.raw_numbers("SELECT id FROM orders" + of_trial);
  std::ranges::sort(acked);
  std::ranges::sort(found);
  std::vector<long long> missing;
  std::ranges::set_difference(acked, found, std::back_inserter(missing));
  tally.acked += acked.size();
  tally.lost += missing.size();
  tally.unacked += found.size() + missing.size() - acked.size();
  tally.half += half_orders(file);
}

}  // namespace

int sqlite_writer(std::span<const std::string> arguments) {
  Database db = Database::open(arguments[0]);
  for (std::int64_t id = std::stoll(arguments[1]);; ++id) {
    db.transaction([&](Transaction& tx) { place_order(tx, id, "written by a process that dies"); });
    const std::string ack = std::to_string(id) + "\n";
    if (write(1, ack.data(), ack.size()) != static_cast<ssize_t>(ack.size())) return 1;
  }
}

std::vector<Verdict> sqlite_killed_writer(const Scale& scale) {
  const int kills = scale.of(100, 1000);
  const Scratch scratch;
  std::mt19937 random(seed);
  std::vector<Verdict> verdicts;
  for (const std::string mode : {"full", "normal"}) {
    const SqliteFile file(scratch.file(mode + ".db"));
    Database db = Database::open(file.url());
    create_orders(db);
    db.close();
    Tally tally;
    for (int trial = 0; trial < kills / 2; ++trial) {
      const Command command = worker_command(
          "sqlite-writer",
          {file.url("synchronous=" + mode), std::to_string(trial * orders_of_a_writer)});
      judge(file, trial, acks_of_killed_writer(file, scratch.file("acks"), command, random), tally);
    }
    const bool kept = tally.acked > 0 && tally.lost == 0 && tally.half == 0 && tally.damaged == 0;
    verdicts.push_back(
        {"sqlite: kill -9 of a writer, synchronous=" + mode, std::to_string(kills / 2) + " kills",
         "acked " + grouped(tally.acked) + ", lost " + std::to_string(tally.lost) + ", half " +
             std::to_string(tally.half) + ", damaged " + std::to_string(tally.damaged) +
             ", committed without ack " + std::to_string(tally.unacked),
         kept});
  }
  return verdicts;
}

}  // namespace lockstep::chaos
