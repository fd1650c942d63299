// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <atomic>
#include <random>

#include "chaos/crew.hpp"
#include "chaos/pgbouncer.hpp"
#include "chaos/server_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr int threads = 12;
constexpr int server_connections = 3;
constexpr int rows_of_thread = 50;

constexpr Sql value_sql{"chaos.value", "SELECT hits FROM chaos_pooler WHERE id = :id"};
constexpr Sql range_sql{"chaos.range",
                        "SELECT id, hits FROM chaos_pooler WHERE id BETWEEN :first AND :last "
                        "ORDER BY id"};
constexpr Sql hit_sql{"chaos.hit", "UPDATE chaos_pooler SET hits = hits + 1 WHERE id = :id"};
constexpr Sql log_sql{"chaos.log",
                      "INSERT INTO chaos_pooler_log (thread, text) VALUES (:t, :text)"};
constexpr Sql echo_sql{"chaos.echo",
                       "INSERT INTO chaos_pooler_log (thread, text) VALUES (:t, :text) "
                       "RETURNING text"};

struct Entry {
  int thread;
  std::string text;
  static constexpr void columns(auto&& column) {
    column("t", &Entry::thread);
    column("text", &Entry::text);
  }
};

// One thread: it knows what its own rows hold, and nobody else writes them.
class User {
 public:
  User(Database& db, int thread, Complaints& wrong)
      : db_(db), thread_(thread), wrong_(wrong), random_(static_cast<unsigned>(thread) + 1) {}

  void run(int statements) {
    using Step = void (User::*)();
    static constexpr std::array<Step, 7> steps{&User::read,     &User::range, &User::hit,
                                               &User::transact, &User::undo,  &User::log,
                                               &User::stream};
    while (made_ < statements) (this->*steps[below(steps.size())])();
  }

  [[nodiscard]] int logged() const { return logged_; }
  [[nodiscard]] const std::array<int, rows_of_thread>& hits() const { return hits_; }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  [[nodiscard]] int id(std::size_t row) const {
    return thread_ * rows_of_thread + static_cast<int>(row);
  }
  void expect(bool right, std::string_view what) {
    ++made_;
    if (!right) wrong_.add("wrong answer of " + std::string(what));
  }

  void read() {
    const std::size_t row = below(rows_of_thread);
    expect(db_.fetch_value<int>(value_sql, id(row)) == hits_[row], "read");
  }
  void range() {
    const auto rows = db_.fetch_all<std::tuple<int, int>>(range_sql, id(0), id(rows_of_thread - 1));
    bool right = rows.size() == hits_.size();
    for (std::size_t i = 0; right && i < rows.size(); ++i) {
      right = rows[i] == std::tuple(id(i), hits_[i]);
    }
    expect(right, "range");
  }
  void hit() {
    const std::size_t row = below(rows_of_thread);
    expect(db_.execute(hit_sql, id(row)).rows_affected() == 1, "hit");
    ++hits_[row];
  }
  void transact() {
    const std::size_t row = below(rows_of_thread);
    db_.transaction([&](Transaction& tx) {
      tx.execute_one(hit_sql, id(row));
      expect(tx.fetch_value<int>(value_sql, id(row)) == hits_[row] + 1, "transaction");
      tx.execute_one(hit_sql, id(row));
    });
    made_ += 2;
    hits_[row] += 2;
  }
  void undo() {
    const std::size_t row = below(rows_of_thread);
    db_.transaction([&](Transaction& tx) {
      tx.execute_one(hit_sql, id(row));
      try {
        tx.nested([&](Transaction& inner) {
          inner.execute_one(hit_sql, id(row));
          throw std::runtime_error("undo");
        });
      } catch (const std::runtime_error&) {
      }
    });
    made_ += 2;
    hits_[row] += 1;
  }
  void log() {
    const std::string text = "entry " + std::to_string(made_);
    expect(db_.insert_returning<std::string>(echo_sql, thread_, text) == text, "insert_returning");
    const std::vector<Entry> more(5, Entry{thread_, text});
    expect(db_.insert_all(log_sql, more) == more.size(), "insert_all");
    logged_ += 6;
  }
  void stream() {
    std::size_t rows = 0;
    bool right = true;
    for (const auto& row :
         db_.stream<std::tuple<int, int>>(range_sql, id(0), id(rows_of_thread - 1))) {
      right = right && row == std::tuple(id(rows), hits_[rows]);
      ++rows;
    }
    expect(right && rows == hits_.size(), "stream");
  }

  Database& db_;
  int thread_;
  Complaints& wrong_;
  std::minstd_rand random_;
  std::array<int, rows_of_thread> hits_{};
  int made_ = 0;
  int logged_ = 0;
};

void make_tables(const Server& server) {
  const std::string last = std::to_string(threads * rows_of_thread - 1);
  static_cast<void>(
      server.raw("DROP TABLE IF EXISTS chaos_pooler; DROP TABLE IF EXISTS chaos_pooler_log;"
                 "CREATE TABLE chaos_pooler (id INTEGER PRIMARY KEY, hits INTEGER NOT NULL);"
                 "CREATE TABLE chaos_pooler_log (thread INTEGER NOT NULL, text TEXT NOT NULL);"
                 "INSERT INTO chaos_pooler SELECT i, 0 FROM generate_series(0, " +
                 last + ") AS i"));
}

// What the raw client, past the pooler, finds different from what the threads know.
void compare(const Server& server, const std::vector<User>& users, Complaints& wrong) {
  const auto hits = server.raw_numbers("SELECT hits FROM chaos_pooler ORDER BY id");
  std::size_t row = 0;
  long long logged = 0;
  for (const User& user : users) {
    logged += user.logged();
    for (const int expected : user.hits()) {
      if (row >= hits.size() || hits[row] != expected) wrong.add("a row has other hits");
      ++row;
    }
  }
  if (server.raw_number("SELECT COUNT(*) FROM chaos_pooler_log") != logged) {
    wrong.add("another number of rows was logged");
  }
}

Verdict use(const Server& server, const std::string& url, std::string_view way, int statements) {
  make_tables(server);
  Complaints wrong;
  Complaints errors;
  std::vector<User> users;
  {
    Database db = Database::open(url, {.max_open_connections = threads});
    for (int i = 0; i < threads; ++i) users.emplace_back(db, i, wrong);
    side_by_side(threads, [&](int i) {
      try {
        users[static_cast<std::size_t>(i)].run(statements);
      } catch (const Error& e) {
        errors.add(describe(e));
      }
    });
  }
  if (errors.count() == 0) compare(server, users, wrong);
  return {"postgres: behind PgBouncer, " + std::string(way),
          "12 x " + grouped(static_cast<std::size_t>(statements)),
          "wrong " + std::to_string(wrong.count()) + wrong.text() + ", errors " +
              std::to_string(errors.count()) + errors.text(),
          wrong.count() == 0 && errors.count() == 0};
}

}  // namespace

std::vector<Verdict> behind_pooler(const Server& server, const Scale& scale) {
  const int statements = scale.of(1'000, 10'000);
  const PgBouncer pooler(server.url(), server_connections);
  return {use(server, pooler.url() + "?pooler=transaction", "pooler=transaction", statements),
          use(server, pooler.url(), "not told of it", statements)};
}

}  // namespace lockstep::chaos
