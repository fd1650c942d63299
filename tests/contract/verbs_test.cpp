// SPDX-License-Identifier: BSL-1.0
// What the verbs of an executor answer for 0, 1 and 2 rows, and how arguments and columns are
// matched. On a database and on a transaction alike.
#include <cmath>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

constexpr Sql sample_ids{"test.sample_ids", "SELECT id FROM samples ORDER BY id"};

struct IdOnly {
  std::string id;
  static constexpr void columns(auto&& column) { column("id", &IdOnly::id); }
};

struct StrictNote {
  std::string id;
  std::string note;
  static constexpr void columns(auto&& column) {
    column("id", &StrictNote::id);
    column("note", &StrictNote::note);
  }
};

struct SmallNumber {
  std::int16_t number = 0;
  static constexpr void columns(auto&& column) { column("number", &SmallNumber::number); }
};

}  // namespace

TEST_CASE_FIXTURE(Samples, "verbs: rows are told apart by their number") {
  base.on_both([&](Executor& on) {
    CHECK_FALSE(on.fetch_optional<Sample>(sample_by_id, "a"));
    CHECK_THROWS_AS((void)on.fetch_one<Sample>(sample_by_id, "a"), NotFound);
    CHECK(on.fetch_all<IdOnly>(sample_ids).empty());
    insert(on, "b");
    insert(on, "a");
    CHECK(on.fetch_one<Sample>(sample_by_id, "a").id == "a");
    CHECK(on.fetch_optional<Sample>(sample_by_id, std::string("b")).has_value());
    CHECK(on.fetch_all<std::string>(sample_ids) == std::vector<std::string>{"a", "b"});
    CHECK_THROWS_AS((void)on.fetch_one<IdOnly>(sample_ids), TooManyRows);
    CHECK_THROWS_AS((void)on.fetch_optional<IdOnly>(sample_ids), TooManyRows);
    CHECK(on.fetch_value<std::int64_t>(sample_count) == 2);
  });
}

TEST_CASE_FIXTURE(Samples, "execute: rows matched, also when nothing changes") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    insert(on, "b");
    CHECK(on.execute(sample_rename, "new", "a").rows_affected() == 1);
    CHECK(on.execute(sample_rename, "new", "a").rows_affected() == 1);
    CHECK(on.execute(sample_rename, "new", "nobody").rows_affected() == 0);
    CHECK(on.execute("UPDATE samples SET note = ?", "all").rows_affected() == 2);
    CHECK(on.execute("DELETE FROM samples WHERE id = ?", "b").rows_affected() == 1);
    CHECK(on.execute(sample_count).rows_affected() == 0);
  });
}

TEST_CASE_FIXTURE(Samples, "execute_one: NotFound for none, TooManyRows for two") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    insert(on, "b");
    on.execute_one(sample_rename, "new", "a");
    CHECK_THROWS_AS(on.execute_one(sample_rename, "new", "nobody"), NotFound);
    CHECK_THROWS_AS(on.execute_one("UPDATE samples SET note = ?", "x"), TooManyRows);
    CHECK(count(on) == 2);  // neither poisons a transaction
  });
}

TEST_CASE_FIXTURE(Samples, "arguments: by position, by name, by the members of a struct") {
  base.on_both([&](Executor& on) {
    const Sample row{.id = "a", .number = 7, .note = "first"};
    on.execute(sample_insert, row);
    on.execute(sample_rename, named("id", "a"), named("note", "second"));
    CHECK(on.fetch_one<Sample>(sample_by_id, row).note == "second");
    on.execute("UPDATE samples SET number = :n + 1, ratio = :n WHERE id = :id", 41, "a");
    CHECK(on.fetch_one<Sample>(sample_by_id, "a").number == 42);
    CHECK(on.fetch_one<Sample>(sample_by_id, "a").ratio == 41.0);
  });
}

TEST_CASE_FIXTURE(Samples, "arguments: a wrong number is refused before anything is sent") {
  base.on_both([&](Executor& on) {
    CHECK_THROWS_AS(on.execute(sample_rename, "x"), InvalidArgument);
    CHECK_THROWS_AS(on.execute(sample_rename, "x", "y", "z"), InvalidArgument);
    CHECK_THROWS_AS(on.execute(sample_rename, named("id", "x")), InvalidArgument);
    CHECK_THROWS_AS(on.execute("UPDATE samples SET note = ?", named("note", "x")), InvalidArgument);
    CHECK(count(on) == 0);  // the transaction is not poisoned
  });
}

TEST_CASE_FIXTURE(Samples, "arguments: values that no engine could keep are refused alike") {
  base.on_both([&](Executor& on) {
    const auto refused = [&](const auto& value) {
      CHECK_THROWS_AS(on.execute(sample_rename, value, "a"), InvalidArgument);
    };
    refused(std::string_view("nul\0byte", 8));
    refused("\xC0\xAF");
    refused("\xED\xA0\x80");
    refused(Json{"{not json"});
    CHECK_THROWS_AS(on.execute("UPDATE samples SET ratio = ?", std::nan("")), InvalidArgument);
    CHECK_THROWS_AS(on.execute("UPDATE samples SET ratio = ?", HUGE_VAL), InvalidArgument);
    CHECK_THROWS_AS(on.execute("UPDATE samples SET number = ?", UINT64_MAX), InvalidArgument);
    CHECK_THROWS_AS(on.execute("UPDATE samples SET at = ?",
                               Timestamp(std::chrono::sys_days(std::chrono::year(0) / 12 / 31))),
                    InvalidArgument);
    CHECK(count(on) == 0);
  });
}

TEST_CASE_FIXTURE(Samples, "columns: a result that does not fit names both sides") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    const auto missing = caught<MappingError>(
        on, [](Executor& one) { (void)one.fetch_one<StrictNote>("SELECT id FROM samples"); });
    CHECK(std::string_view(missing.what()).find("result has columns id") != std::string_view::npos);
    CHECK(std::string_view(missing.what()).find("id, note") != std::string_view::npos);
    CHECK_THROWS_AS((void)on.fetch_one<IdOnly>("SELECT id, note FROM samples"), MappingError);
    CHECK_THROWS_AS((void)on.fetch_one<StrictNote>("SELECT id, id FROM samples"), MappingError);
    CHECK_THROWS_AS((void)on.fetch_value<std::string>("SELECT id, note FROM samples"),
                    MappingError);
    CHECK(count(on) == 1);
  });
}

TEST_CASE_FIXTURE(Samples, "columns: null and numbers that do not fit a member name the column") {
  base.on_both([&](Executor& on) {
    on.execute(sample_insert, Sample{.id = "a", .number = 70'000});
    const auto null = caught<MappingError>(
        on, [](Executor& one) { (void)one.fetch_one<StrictNote>("SELECT id, note FROM samples"); });
    CHECK(std::string_view(null.what()).find("note") != std::string_view::npos);
    const auto narrow = caught<OutOfRange>(
        on, [](Executor& one) { (void)one.fetch_one<SmallNumber>("SELECT number FROM samples"); });
    CHECK(std::string_view(narrow.what()).find("number") != std::string_view::npos);
    CHECK_THROWS_AS((void)on.fetch_value<double>("SELECT id FROM samples"), MappingError);
    CHECK(count(on) == 1);
  });
}

TEST_CASE_FIXTURE(Samples, "tuples and scalars are read by position") {
  base.on_both([&](Executor& on) {
    on.execute(sample_insert, Sample{.id = "a", .number = 5});
    const auto [number, id] =
        on.fetch_one<std::tuple<std::int32_t, std::string>>("SELECT number, id FROM samples");
    CHECK(number == 5);
    CHECK(id == "a");
    CHECK(on.fetch_value<std::optional<std::string>>("SELECT note FROM samples") == std::nullopt);
    on.execute("UPDATE samples SET flag = ?", true);
    CHECK(on.fetch_all<bool>("SELECT flag FROM samples") == std::vector<bool>{true});
  });
}

TEST_CASE_FIXTURE(Samples,
                  "statements: transactions are not begun by SQL, nor two sent in one text") {
  for (const char* text : {"BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT s"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(db.execute(text), LogicError);
  }
  CHECK_THROWS_AS(db.execute("DELETE FROM samples; DELETE FROM sample_events"), InvalidArgument);
  CHECK_THROWS_AS(db.execute(""), InvalidArgument);
  CHECK_THROWS_AS(db.execute("SELECT 'open"), InvalidArgument);
}

TEST_CASE_FIXTURE(Samples, "an error carries the name of the statement and the caller's line") {
  insert(db, "a");
  unsigned line = 0;
  const auto error = caught<Duplicate>(db, [&line](Executor& on) {
    line = __LINE__ + 1;
    on.execute(sample_insert, Sample{.id = "a"});
  });
  CHECK(error.statement() == "test.sample_insert");
  CHECK(error.location().line == line);
  CHECK(std::string_view(error.location().file).ends_with("verbs_test.cpp"));
  CHECK(std::string_view(error.what())
            .starts_with("test.sample_insert: duplicate key on samples (id) ["));
}

TEST_CASE_FIXTURE(Samples, "driver, placeholder and capabilities answer as the engine") {
  CHECK(db.placeholder(3) == (db.dialect().lexical.numbered_placeholders ? "$3" : "?"));
  CHECK(db.driver() == db.dialect().driver);
  db.transaction([&](Transaction& tx) { CHECK(tx.capabilities() == db.capabilities()); });
  db.ping();
}
