// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/surroundings.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace lockstep::benchmarks {
namespace {

struct FileSystem {
  unsigned long magic;
  const char* name;
  bool in_memory = false;
};

// Those that <linux/magic.h> does not have are as statfs(2) gives them.
constexpr std::array file_systems{
    FileSystem{TMPFS_MAGIC, "tmpfs", true},
    FileSystem{RAMFS_MAGIC, "ramfs", true},
    FileSystem{EXT4_SUPER_MAGIC, "ext4"},
    FileSystem{BTRFS_SUPER_MAGIC, "btrfs"},
    FileSystem{OVERLAYFS_SUPER_MAGIC, "overlay"},
    FileSystem{NFS_SUPER_MAGIC, "nfs"},
    FileSystem{0x58465342, "xfs"},
    FileSystem{0x2fc12fc1, "zfs"},
};

FileSystem ask(const std::filesystem::path& path) {
  struct statfs answer {};
  if (::statfs(path.c_str(), &answer) != 0) {
    throw std::system_error(errno, std::generic_category(), path.string());
  }
  const auto magic = static_cast<unsigned long>(answer.f_type);
  for (const FileSystem& known : file_systems) {
    if (known.magic == magic) return known;
  }
  return {magic, "another file system"};
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &utc);
  return text.data();
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  std::string model = "unknown";
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(": ");
    if (!line.starts_with("model name") || colon == std::string::npos) continue;
    model = line.substr(colon + 2);
    break;
  }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " CPUs";
}

std::string one_decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string data_text(const Options& options) {
  std::string text = "SQLite's files on " + file_system_of(options.data);
  if (const char* servers = std::getenv("LOCKSTEP_TEST_SERVERS")) {
    text += ", the servers' on " + file_system_of(servers);
  }
  return text;
}

}  // namespace

std::string file_system_of(const std::filesystem::path& path) { return ask(path).name; }

void require_disk(const std::filesystem::path& path) {
  const FileSystem found = ask(path);
  if (!found.in_memory) return;
  throw std::runtime_error(path.string() + " is on " + found.name +
                           ", in memory: name a folder on a disk by --data");
}

double load() {
  double last_minute = 0;
  return ::getloadavg(&last_minute, 1) == 1 ? last_minute : 0;
}

Facts surroundings(const Options& options, const Facts& more, double load_before) {
  Facts facts{{"date", today()}, {"command", options.command}, {"processor", processor()}};
  facts.insert(facts.end(), more.begin(), more.end());
  facts.emplace_back("compiler", LOCKSTEP_BENCHMARKS_COMPILER);
  facts.emplace_back("data", data_text(options));
  facts.emplace_back("load",
                     one_decimal(load_before) + " before, " + one_decimal(load()) + " after");
  facts.emplace_back("rounds", std::to_string(options.rounds));
  return facts;
}

}  // namespace lockstep::benchmarks
