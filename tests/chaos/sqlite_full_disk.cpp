// SPDX-License-Identifier: BSL-1.0
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

#include "chaos/crew.hpp"
#include "chaos/sqlite_file.hpp"
#include "chaos/sqlite_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr std::uint32_t seed = 20240310;
constexpr const char* disk_size = "size=8m";
constexpr std::size_t ballast_size = std::size_t{3} << 20U;  // what gives the space back
constexpr int orders_of_a_full_disk = 5000;                  // at least 8 MiB of them
constexpr int tries_while_full = 5;

// A file system in memory that this process alone sees, and that ends with it.
void mount_small_disk(const std::string& folder) {
  const auto require = [](int result, const char* what) {
    if (result != 0) throw std::system_error(errno, std::generic_category(), what);
  };
  require(unshare(CLONE_NEWNS), "a small disk needs the rights of root: unshare");
  require(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount / privately");
  require(mount("tmpfs", folder.c_str(), "tmpfs", 0, disk_size), "mount a tmpfs");
}

// Rounds on one disk, and what was seen.
class Rounds {
 public:
  explicit Rounds(std::string folder) : folder_(std::move(folder)), random_(seed) {}

  void run(int round);
  [[nodiscard]] std::string report() const {
    return "acked " + grouped(acked_) + ", disk_full " + std::to_string(full_) + ", lost " +
           std::to_string(lost_) + ", half " + std::to_string(half_) + ", wrong " +
           std::to_string(wrong_.count()) + wrong_.text();
  }
  [[nodiscard]] bool kept() const {
    return acked_ > 0 && full_ > 0 && lost_ == 0 && half_ == 0 && wrong_.count() == 0;
  }

 private:
  bool place(Database& db);
  void fill(Database& db);
  void judge(Database& db, const SqliteFile& file);

  std::string folder_;
  std::mt19937 random_;
  std::int64_t placed_ = 0;  // acknowledged orders of this round
  std::size_t acked_ = 0;
  int full_ = 0;
  long long lost_ = 0;
  long long half_ = 0;
  Complaints wrong_;
};

// False if there was no space for one more; the transaction must be gone then.
bool Rounds::place(Database& db) {
  const std::string text(std::uniform_int_distribution<std::size_t>(1, 20'000)(random_), 'x');
  try {
    db.transaction([&](Transaction& tx) { place_order(tx, placed_ + 1, text); });
    ++placed_;
    ++acked_;
    return true;
  } catch (const DiskFull&) {
    ++full_;
  } catch (const Error& e) {
    wrong_.add(describe(e));
  }
  return false;
}

// Until nothing fits, and then some more: a short order may still fit where a long one did not.
void Rounds::fill(Database& db) {
  int failures = 0;
  for (int i = 0; i < orders_of_a_full_disk && failures < tries_while_full; ++i) {
    if (!place(db)) ++failures;
    if (failures == 0) continue;
    const auto seen = db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM orders");
    if (seen != placed_) wrong_.add("reads " + std::to_string(seen) + " orders while full");
  }
  if (failures == 0) wrong_.add("the disk does not get full");
}

void Rounds::judge(Database& db, const SqliteFile& file) {
  const auto seen = db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM orders");
  const long long found = file.raw_number("SELECT COUNT(*) FROM orders");
  lost_ += std::max(placed_ - found, 0LL);
  half_ += half_orders(file);
  if (seen != found || found > placed_) {
    wrong_.add(std::to_string(placed_) + " acked, " + std::to_string(seen) + " read, " +
               std::to_string(found) + " found");
  }
  if (!file.intact()) wrong_.add("the client finds damage");
}

// Space returns while the database is open.
void Rounds::run(int round) {
  const std::string ballast = folder_ + "/ballast";
  std::ofstream(ballast) << std::string(ballast_size, '-');
  const SqliteFile file(folder_ + "/" + std::to_string(round) + ".db");
  Database db = Database::open(file.url());
  create_orders(db);
  placed_ = 0;
  fill(db);
  std::filesystem::remove(ballast);
  for (int i = 0; i < 10; ++i) {
    if (!place(db)) wrong_.add("no order is taken though there is space");
  }
  judge(db, file);
  db.close();
  file.remove();
}

}  // namespace

int sqlite_filler(std::span<const std::string> arguments) {
  mount_small_disk(arguments[0]);
  Rounds rounds(arguments[0]);
  for (int i = 0; i < std::stoi(arguments[1]); ++i) rounds.run(i);
  std::printf("%s\n%s\n", rounds.kept() ? "kept" : "broken", rounds.report().c_str());
  return 0;
}

std::vector<Verdict> sqlite_full_disk(const Scale& scale) {
  const std::string rounds = std::to_string(scale.of(5, 20));
  const Scratch scratch;
  const std::string output = output_of(worker_command("sqlite-filler", {scratch.path(), rounds}));
  const auto lines = lines_of(output);
  return {{"sqlite: the disk is full", rounds + " rounds",
           std::string(lines.size() == 2 ? lines[1] : "no report"),
           lines.size() == 2 && lines[0] == "kept"}};
}

}  // namespace lockstep::chaos
