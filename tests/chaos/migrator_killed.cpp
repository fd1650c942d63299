// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>

#include "chaos/crew.hpp"
#include "chaos/cut_link.hpp"
#include "chaos/migrator_promises.hpp"
#include "chaos/sqlite_file.hpp"

namespace lockstep::chaos {
namespace {

const std::string database = "lockstep_test_chaos_migrator";
constexpr std::chrono::seconds time_to_end{60};

// Schema and rows in turn, none of which may be done twice; {rows} is how much the copying ALTER
// has to copy. No AUTO_INCREMENT: what a dead migrator has taken of it is not given back.
constexpr std::string_view file_text = R"(
CREATE TABLE big (id INT PRIMARY KEY, a INT NOT NULL, pad VARCHAR(200) NOT NULL);
INSERT INTO big SELECT seq, seq % 97, REPEAT('x', 180) FROM seq_1_to_{rows};
CREATE TABLE small (id INT PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(40));
INSERT INTO small (id, n) VALUES (1, 1), (2, 2), (3, 3);
SET @step = 3;
ALTER TABLE big ADD COLUMN b INT NOT NULL DEFAULT 5, ALGORITHM = COPY;
UPDATE big SET b = b + @step WHERE id % 2 = 0;
CREATE INDEX big_a ON big (a);
INSERT INTO small (id, n) SELECT 4, COUNT(*) FROM big;
UPDATE small SET n = n * 2 + @step;
CREATE TRIGGER small_note BEFORE INSERT ON small FOR EACH ROW SET NEW.note = CONCAT('n', NEW.n);
INSERT INTO small (id, n) VALUES (5, @step);
CREATE VIEW sums AS SELECT SUM(n) AS total FROM small;
CREATE TABLE gone (id INT);
DROP TABLE gone;
DELETE FROM small WHERE n = 7;
)";

// All that the file makes, and what the ledger says of it, as the raw client prints it.
constexpr std::string_view everything = R"(
SHOW CREATE TABLE big; SHOW CREATE TABLE small; SHOW CREATE VIEW sums; SHOW TABLES;
SELECT trigger_name, action_statement FROM information_schema.triggers
  WHERE trigger_schema = DATABASE();
SELECT COUNT(*), SUM(a), SUM(b), SUM(id * b) FROM big; SELECT * FROM small ORDER BY id;
SELECT version, state, stmts_total, stmts_done, intent_stmt FROM lockstep_migrations;
SELECT COUNT(*) FROM lockstep_migration_log WHERE event = 'up')";

constexpr std::string_view copying =
    "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE big%'";

class Trials {
 public:
  Trials(const Server& server, int rows) : server_(server), link_(url_of(server)) {
    std::string text(file_text);
    const std::string_view mark = "{rows}";
    text.replace(text.find(mark), mark.size(), std::to_string(rows));
    std::ofstream(scratch_.file("0001_all.up.sql")) << text;
    empty();
    run("up", link_.url());
    commands_ = link_.commands();
    whole_ = state();
  }

  [[nodiscard]] int commands() const { return commands_; }

  // Whether a migrator that dies there can be resumed to what the whole run has left.
  void cut(int command, Cut cut) {
    empty();
    link_.arm(command, cut);
    run("up", link_.url());
    link_.arm(0, cut);
    run("resume", server_url());
    if (state() != whole_) complaints_.add(describe(command, cut));
  }

  // The same while the server copies the table, so long after it has begun.
  void die_inside(milliseconds after) {
    empty();
    {
      Background worker(command("up", server_url()), scratch_.file("log"));
      while (worker.running() && server_.raw_number(copying) == 0) {
      }
      std::this_thread::sleep_for(after);
      if (server_.raw_number(copying) == 0) complaints_.add("the ALTER was over too soon");
      if (worker.running()) kill(worker.pid(), SIGKILL);
      while (worker.running()) std::this_thread::sleep_for(milliseconds(1));
    }
    run("resume", server_url());
    if (state() != whole_) {
      complaints_.add("after " + std::to_string(after.count()) + " ms: " + last_words());
    }
  }

  [[nodiscard]] const Complaints& complaints() const { return complaints_; }

 private:
  static std::string url_of(const Server& server) {
    return server.url().substr(0, server.url().rfind('/') + 1) + database;
  }
  [[nodiscard]] std::string server_url() const { return url_of(server_); }

  void empty() {
    static_cast<void>(server_.raw("DROP DATABASE IF EXISTS " + database + "; CREATE DATABASE " +
                                  database));
  }

  [[nodiscard]] Command command(const std::string& what, const std::string& url) const {
    return worker_command("migrator", {url, scratch_.path(), "session", what});
  }

  void run(const std::string& what, const std::string& url) {
    Background worker(command(what, url), scratch_.file("log"));
    link_.victim(worker.pid());
    const auto limit = Clock::now() + time_to_end;
    while (worker.running() && Clock::now() < limit) std::this_thread::sleep_for(milliseconds(2));
    link_.victim(0);
  }

  std::string state() {
    try {
      return server_.raw("USE " + database + "; " + std::string(everything));
    } catch (const std::exception& e) {
      return e.what();
    }
  }

  [[nodiscard]] std::string describe(int number, Cut cut) const {
    constexpr std::array<std::string_view, 3> words{"before", "during", "after"};
    return std::string(words[static_cast<std::size_t>(cut)]) + " command " +
           std::to_string(number) + ": " + last_words();
  }
  // Of the process that has ended last, and of its error if there was one.
  [[nodiscard]] std::string last_words() const {
    std::ifstream log(scratch_.file("log"));
    std::string last;
    std::string before;
    for (std::string line; std::getline(log, line); last = line) before = last;
    return last + (last.starts_with("0 ") ? "" : " " + before);
  }

  const Server& server_;
  Scratch scratch_;
  CutLink link_;
  int commands_ = 0;
  std::string whole_;
  Complaints complaints_;
};

Verdict verdict(const std::string& promise, int made, const Complaints& wrong) {
  return {promise, std::to_string(made) + " kills",
          "resumed right " + std::to_string(made - wrong.count()) + " of " + std::to_string(made) +
              wrong.text(),
          made > 0 && wrong.count() == 0};
}

// Everywhere: spread over all commands, in turn before, while and after one is done.
Verdict cut_everywhere(const Server& server, const Scale& scale) {
  Trials trials(server, 2'000);
  const int all = 3 * trials.commands();
  const int wanted = std::min(scale.of(60, 240), all);
  for (int i = 0; i < wanted; ++i) {
    const int place = static_cast<int>(static_cast<long long>(i) * all / wanted);
    trials.cut(place / 3 + 1, static_cast<Cut>(place % 3));
  }
  return verdict("mysql: a migrator dies at any of its commands", wanted, trials.complaints());
}

// While the server copies the table, which it does to the end.
Verdict cut_inside(const Server& server, const Scale& scale) {
  Trials trials(server, scale.of(60'000, 300'000));
  const int wanted = scale.of(5, 20);
  for (int i = 0; i < wanted; ++i) trials.die_inside(milliseconds(20 + i * 40));
  return verdict("mysql: it dies inside a long ALTER", wanted, trials.complaints());
}

}  // namespace

std::vector<Verdict> migrator_killed(const Server& server, const Scale& scale) {
  return {cut_everywhere(server, scale), cut_inside(server, scale)};
}

}  // namespace lockstep::chaos
