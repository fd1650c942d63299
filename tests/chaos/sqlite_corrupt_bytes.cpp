// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "chaos/sqlite_file.hpp"
#include "chaos/sqlite_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr std::uint32_t seed = 20240310;
constexpr unsigned hang = 20;  // seconds that one file may take; SIGALRM ends the process then
constexpr std::size_t first_page = 4096;

// A schema that needs more than the first page, and rows behind it.
std::string sound_bytes(const SqliteFile& file) {
  {
    Database db = Database::open(file.url());
    create_orders(db);
    for (int i = 0; i < 12; ++i) {
      const std::string name = "wide_" + std::to_string(i);
      db.execute(
          "CREATE TABLE " + name + " (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> 'none'), " +
          "b REAL, c BLOB, d TEXT COLLATE NOCASE DEFAULT 'a text that takes some room') STRICT");
      db.execute("CREATE INDEX ix_" + name + " ON " + name + " (a, d) WHERE b > 0");
      db.execute("INSERT INTO " + name + " (a, b, c) VALUES ('a', 1.5, x'00ff')");
    }
    db.execute("CREATE VIEW totals AS SELECT COUNT(*) AS n FROM orders JOIN wide_1 USING (id)");
    for (int i = 1; i <= 20; ++i) {
      db.transaction([&](Transaction& tx) { place_order(tx, i, std::string(200, 'x')); });
    }
  }
  std::ostringstream bytes;
  bytes << std::ifstream(file.path(), std::ios::binary).rdbuf();
  return bytes.str();
}

char flipped(char byte, std::size_t bit) {
  return static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bit));
}

// Changes a few bytes, a run of bytes, or the length. Three of four changes hit the first page.
class Mutations {
 public:
  explicit Mutations(std::uint32_t start) : random_(start) {}

  std::string of(std::string bytes) {
    for (std::size_t changes = below(6) + 1; changes > 0; --changes) {
      const std::size_t at = below(below(4) > 0 ? first_page : bytes.size());
      const std::size_t run = below(8) == 0 ? below(64) : 1;
      for (std::size_t k = at; k < std::min(at + run, bytes.size()); ++k) {
        bytes[k] = below(4) == 0 ? flipped(bytes[k], below(8)) : static_cast<char>(below(256));
      }
    }
    if (below(16) == 0) bytes.resize(below(bytes.size()));
    return bytes;
  }

 private:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  std::mt19937 random_;
};

void write_file(const SqliteFile& file, const std::string& bytes) {
  file.remove();
  std::ofstream(file.path(), std::ios::binary) << bytes;
}

// What a program does with its database.
void use(Database& db) {
  using Row = std::tuple<std::int64_t, std::optional<std::string>>;
  static_cast<void>(db.fetch_all<Row>("SELECT id, text FROM orders ORDER BY id"));
  static_cast<void>(db.fetch_all<Row>("SELECT id, d FROM wide_3 WHERE a = 'a' AND b > 0"));
  static_cast<void>(db.fetch_value<std::int64_t>("SELECT n FROM totals"));
  static_cast<void>(db.fetch_all<std::string>("SELECT name FROM sqlite_master"));
  db.transaction([](Transaction& tx) { place_order(tx, 1000, "new"); });
  static_cast<void>(db.fetch_all<std::string>("PRAGMA integrity_check(5)"));
}

// "corrupt 1,792, read 141".
std::string listed(const std::map<std::string, std::size_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + name + " " + grouped(count);
  }
  return text;
}

}  // namespace

int sqlite_reader(std::span<const std::string> arguments) {
  const SqliteFile sound(arguments[0] + "/sound.db");
  const SqliteFile file(arguments[0] + "/mutated.db");
  const std::string bytes = sound_bytes(sound);
  Mutations mutations(static_cast<std::uint32_t>(std::stoul(arguments[2])));
  std::map<std::string, std::size_t> kinds;
  std::map<std::string, std::size_t> unknown;  // what SQLite says
  for (int i = 0; i < std::stoi(arguments[1]); ++i) {
    alarm(hang);
    write_file(file, mutations.of(bytes));
    try {
      Database db = Database::open(file.url("synchronous=normal"), {.max_open_connections = 1});
      use(db);
      ++kinds["read"];
    } catch (const Error& e) {
      ++kinds[std::string(to_string(e.kind()))];
      if (e.kind() == ErrorKind::unknown) ++unknown[e.server_message()];
    }
  }
  std::printf("%s\n%s", unknown.empty() ? "kept" : "broken", listed(kinds).c_str());
  std::printf("%s\n", unknown.empty() ? "" : (": " + listed(unknown)).c_str());
  return 0;
}

std::vector<Verdict> sqlite_corrupt_bytes(const Scale& scale) {
  const int files = scale.of(2000, 100'000);
  const Scratch scratch;
  const std::string output = output_of(worker_command(
      "sqlite-reader", {scratch.path(), std::to_string(files), std::to_string(seed)}));
  const auto lines = lines_of(output);
  return {{"sqlite: files of mutated bytes, seed " + std::to_string(seed),
           grouped(static_cast<std::size_t>(files)) + " files",
           std::string(lines.size() == 2 ? lines[1] : "no report"),
           lines.size() == 2 && lines[0] == "kept"}};
}

}  // namespace lockstep::chaos
