// SPDX-License-Identifier: BSL-1.0
// What an observer is told, and what is warned of, on a real engine.
#include <algorithm>
#include <mutex>
#include <thread>

#include "lockstep/metrics.hpp"
#include "support/secrets.hpp"
#include "support/target.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("observer");

namespace {

constexpr Sql create_sql{"test.create", "CREATE TABLE seen (id INTEGER NOT NULL PRIMARY KEY)"};
constexpr Sql insert_sql{"test.insert", "INSERT INTO seen (id) VALUES (:id)"};
constexpr Sql list_sql{"test.list", "SELECT id FROM seen ORDER BY id"};
constexpr Sql get_sql{"test.get", "SELECT id FROM seen WHERE id = :id"};
constexpr Sql update_sql{"test.update", "UPDATE seen SET id = id WHERE id > :id"};

// Keeps what it is told.
class Recorder final : public Observer {
 public:
  void on_statement(const StatementEvent& event) override {
    const std::lock_guard lock(mutex_);
    statements_.push_back(event);
  }
  void on_pool(const PoolEvent& event) override {
    look_for_secrets("pool event", event.message);
    const std::lock_guard lock(mutex_);
    pool_.push_back(event.kind);
  }
  // The statements since the last call.
  std::vector<StatementEvent> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(statements_, {});
  }
  std::ptrdiff_t count(PoolEvent::Kind kind) {
    const std::lock_guard lock(mutex_);
    return std::count(pool_.begin(), pool_.end(), kind);
  }

 private:
  std::mutex mutex_;
  std::vector<StatementEvent> statements_;
  std::vector<PoolEvent::Kind> pool_;
};

// A database of its own with an observer. Its steady clock goes on by a second at each look, so
// that every duration is known: a statement looks when it starts, is executed and ends.
struct Watched {
  std::shared_ptr<Recorder> seen = std::make_shared<Recorder>();
  std::vector<std::string> warnings;
  std::atomic<int> looks{0};
  testing::TestDatabase fixture;
  Database& db = fixture.db();

  explicit Watched(DatabaseOptions options = {})
      : fixture({"lockstep"}, target_url(), complete(std::move(options))) {
    db.execute(create_sql);
    db.execute(insert_sql, 1);
    db.execute(insert_sql, 2);
    seen->take();
    warnings.clear();
  }
  DatabaseOptions complete(DatabaseOptions options) {
    options.observer = seen;
    options.max_lifetime = std::chrono::hours(10'000);
    options.max_idle_time = std::chrono::hours(10'000);
    options.steady_clock = [this] {
      return std::chrono::steady_clock::time_point(std::chrono::seconds(++looks));
    };
    options.warning = [this](std::string_view text) {
      look_for_secrets("warning", text);
      warnings.emplace_back(text);
    };
    return options;
  }
  StatementEvent only() {
    const auto events = seen->take();
    REQUIRE(events.size() == 1);
    return events.front();
  }
};

std::vector<std::string_view> names(const std::vector<StatementEvent>& events) {
  std::vector<std::string_view> list;
  for (const StatementEvent& event : events) list.push_back(event.name);
  return list;
}

}  // namespace

TEST_CASE_FIXTURE(Watched, "observer: is told of each statement") {
  CHECK(db.fetch_all<int>(list_sql).size() == 2);
  const unsigned line = __LINE__ - 1;
  const StatementEvent list = only();
  CHECK(list.name == "test.list");
  CHECK(list.engine == db.dialect().engine);
  CHECK(list.rows == 2);
  CHECK_FALSE(list.error);
  CHECK(list.at.line == line);
  CHECK(std::string_view(list.at.file).ends_with("observer_test.cpp"));
  CHECK(list.execute == std::chrono::seconds(1));
  CHECK(list.fetch == std::chrono::seconds(1));
  CHECK(list.wait > std::chrono::seconds(0));

  CHECK(db.execute(update_sql, 0).rows_affected() == 2);
  CHECK(only().rows == 2);
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM seen WHERE id > ?", 1) == 1);
  CHECK(only().name == "sql");
  db.ping();
  CHECK(only().name == "ping");
}

TEST_CASE_FIXTURE(Watched, "observer: is told the kind of an error") {
  (void)caught<Duplicate>(db, [](Executor& on) { on.execute(insert_sql, 1); });
  CHECK(only().error == ErrorKind::duplicate);
  (void)caught<NotFound>(db, [](Executor& on) { (void)on.fetch_one<int>(get_sql, 99); });
  CHECK(only().error == ErrorKind::not_found);
  (void)caught<TooManyRows>(db, [](Executor& on) { (void)on.fetch_one<int>(list_sql); });
  CHECK(only().error == ErrorKind::too_many_rows);
  (void)caught<InvalidArgument>(db, [](Executor& on) { on.execute(insert_sql); });
  CHECK(only().error == ErrorKind::invalid_argument);
}

TEST_CASE_FIXTURE(Watched, "observer: is told of transactions; the wait comes once") {
  db.transaction([](Transaction& tx) {
    tx.execute(insert_sql, 3);
    tx.nested([](Transaction& inner) { inner.execute(insert_sql, 4); });
    (void)caught<Duplicate>(tx, [](Executor& inner) { inner.execute(insert_sql, 4); });
  });
  const auto events = seen->take();
  CHECK(names(events) == std::vector<std::string_view>{"begin", "test.insert", "savepoint",
                                                       "test.insert", "release savepoint",
                                                       "savepoint", "test.insert",
                                                       "rollback to savepoint", "commit"});
  CHECK(events.front().wait > std::chrono::seconds(0));
  CHECK(std::all_of(events.begin() + 1, events.end(), [](const StatementEvent& event) {
    return event.wait == std::chrono::seconds(0);
  }));
  db.begin().rollback();
  CHECK(names(seen->take()) == std::vector<std::string_view>{"begin", "rollback"});
}

TEST_CASE_FIXTURE(Watched, "observer: is told of streams and of many rows at once") {
  int rows = 0;
  for (const int id : db.stream<int>(list_sql)) rows += id > 0 ? 1 : 0;
  CHECK(rows == 2);
  CHECK(only().rows == 2);
  CHECK(db.insert_all(insert_sql, std::vector<int>{10, 11, 12}) == 3);
  const auto events = seen->take();
  CHECK(names(events) == std::vector<std::string_view>{"begin", "test.insert", "commit"});
  CHECK(events[1].rows == 3);
}

TEST_CASE_FIXTURE(Watched, "observer: is told of the pool") {
  CHECK(seen->count(PoolEvent::Kind::opened) >= 1);
  const auto acquired = seen->count(PoolEvent::Kind::acquired);
  const auto released = seen->count(PoolEvent::Kind::released);
  db.execute(insert_sql, 3);
  CHECK(seen->count(PoolEvent::Kind::acquired) == acquired + 1);
  CHECK(seen->count(PoolEvent::Kind::released) == released + 1);
  Transaction tx = db.begin();
  (void)caught<LogicError>(db, [](Executor& on) { on.execute(insert_sql, 4); });
  CHECK(seen->count(PoolEvent::Kind::acquire_failed) == 1);
  tx.rollback();
  db.close();
  CHECK(seen->count(PoolEvent::Kind::closed_with_pool) >= 1);
}

TEST_CASE("observer: slow statements are warned of, without their arguments") {
  Watched watched({.slow_statement = std::chrono::milliseconds(1500)});
  const std::string text(secret_value);
  (void)watched.db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM seen WHERE ? = 'x'", text);
  REQUIRE(watched.warnings.size() == 1);
  const std::string& warning = watched.warnings.front();
  CAPTURE(warning);
  CHECK(warning.starts_with("slow statement sql: "));
  CHECK(warning.find("execute 1.000 s, fetch 1.000 s), 1 rows, at ") != std::string::npos);
  CHECK(warning.find("observer_test.cpp:") != std::string::npos);

  Watched patient({.slow_statement = std::chrono::hours(1)});
  (void)patient.db.fetch_all<int>(list_sql);
  CHECK(patient.warnings.empty());
}

TEST_CASE("observer: what it throws is dropped") {
  struct Thrower final : Observer {
    void on_statement(const StatementEvent&) override { throw std::runtime_error("statement"); }
    void on_pool(const PoolEvent&) override { throw std::runtime_error("pool"); }
  };
  testing::TestDatabase fixture({"lockstep"}, target_url(),
                                {.observer = std::make_shared<Thrower>()});
  CHECK(fixture.db().fetch_value<int>("SELECT 1") == 1);
}

TEST_CASE("observer: the statement cache tells its hits, misses and evictions") {
  testing::TestDatabase fixture({"lockstep"}, target_url(),
                                {.max_open_connections = 1, .statement_cache_size = 1});
  Database& db = fixture.db();
  const PoolStats before = db.stats();
  for (int i = 0; i < 3; ++i) (void)db.fetch_value<int>("SELECT 1");
  (void)db.fetch_value<int>("SELECT 2");
  const PoolStats after = db.stats();
  CHECK(after.cache_hits - before.cache_hits == 2);
  CHECK(after.cache_misses - before.cache_misses == 2);
  CHECK(after.cache_evictions - before.cache_evictions >= 1);
}

TEST_CASE("observer: metrics of a real database read as Prometheus has them") {
  const auto metrics = std::make_shared<Metrics>();
  testing::TestDatabase fixture({"lockstep"}, target_url(), {.observer = metrics});
  Database& db = fixture.db();
  db.execute(create_sql);
  db.execute(insert_sql, 1);
  (void)caught<Duplicate>(db, [](Executor& on) { on.execute(insert_sql, 1); });
  const std::string text = metrics->prometheus(db.stats(), "jobs");
  const std::string labels =
      "{statement=\"test.insert\",engine=\"" + std::string(db.dialect().name) + "\"";
  CHECK(text.find("lockstep_statement_duration_seconds_count" + labels + "} 2\n") != text.npos);
  CHECK(text.find("lockstep_statement_errors_total" + labels + ",kind=\"duplicate\"} 1\n") !=
        text.npos);
  CHECK(text.find("lockstep_pool_connections{database=\"jobs\",state=\"in_use\"} 0\n") !=
        text.npos);
}

TEST_SUITE_END();
