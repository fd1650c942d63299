// SPDX-License-Identifier: BSL-1.0
// What a user leaves behind in a session does not reach the next one. The texts are one list per
// engine, since each has settings of its own.
#include <soci/soci.h>

#include <stdexcept>

#include "lockstep/soci.hpp"
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("pool");

namespace {

struct Dirt {
  const char* text;
  const char* probe;  // a query of one text that tells whether it is there
};

constexpr auto sqlite_dirt = std::to_array<Dirt>({
    {"PRAGMA foreign_keys=OFF", "SELECT foreign_keys || '' FROM pragma_foreign_keys"},
    {"PRAGMA synchronous=OFF", "SELECT synchronous || '' FROM pragma_synchronous"},
    {"PRAGMA query_only=ON", "SELECT query_only || '' FROM pragma_query_only"},
    {"PRAGMA recursive_triggers=ON",
     "SELECT recursive_triggers || '' FROM pragma_recursive_triggers"},
    {"PRAGMA reverse_unordered_selects=ON",
     "SELECT reverse_unordered_selects || '' FROM pragma_reverse_unordered_selects"},
    {"PRAGMA ignore_check_constraints=ON",
     "SELECT ignore_check_constraints || '' FROM pragma_ignore_check_constraints"},
    {"PRAGMA legacy_alter_table=ON",
     "SELECT legacy_alter_table || '' FROM pragma_legacy_alter_table"},
    {"PRAGMA read_uncommitted=ON", "SELECT read_uncommitted || '' FROM pragma_read_uncommitted"},
    {"PRAGMA cell_size_check=ON", "SELECT cell_size_check || '' FROM pragma_cell_size_check"},
    {"PRAGMA automatic_index=OFF", "SELECT automatic_index || '' FROM pragma_automatic_index"},
    {"PRAGMA cache_size=77", "SELECT cache_size || '' FROM pragma_cache_size"},
    {"PRAGMA cache_spill=OFF", "SELECT cache_spill || '' FROM pragma_cache_spill"},
    {"PRAGMA temp_store=2", "SELECT temp_store || '' FROM pragma_temp_store"},
    {"PRAGMA secure_delete=FAST", "SELECT secure_delete || '' FROM pragma_secure_delete"},
    {"PRAGMA trusted_schema=ON", "SELECT trusted_schema || '' FROM pragma_trusted_schema"},
    {"PRAGMA busy_timeout=7", "SELECT timeout || '' FROM pragma_busy_timeout"},
    {"PRAGMA analysis_limit=7", "SELECT analysis_limit || '' FROM pragma_analysis_limit"},
    {"PRAGMA short_column_names=OFF",
     "SELECT short_column_names || '' FROM pragma_short_column_names"},
    {"PRAGMA fullfsync=ON", "SELECT fullfsync || '' FROM pragma_fullfsync"},
    {"PRAGMA case_sensitive_like=ON", "SELECT ('a' LIKE 'A') || ''"},
    {"ATTACH ':memory:' AS dirt",
     "SELECT COUNT(*) || '' FROM pragma_database_list WHERE name = 'dirt'"},
    {"CREATE TEMP TABLE dirt (id INTEGER)", "SELECT COUNT(*) || '' FROM sqlite_temp_master"},
    {"CREATE TEMP TABLE samples (id TEXT)", "SELECT COUNT(*) || '' FROM sqlite_temp_master"},
    {"CREATE TEMP VIEW dirt AS SELECT 1", "SELECT COUNT(*) || '' FROM sqlite_temp_master"},
    {"CREATE TEMP TRIGGER dirt AFTER DELETE ON samples BEGIN SELECT 1; END",
     "SELECT COUNT(*) || '' FROM sqlite_temp_master"},
});

constexpr const char* advisory_locks =
    "SELECT CAST(COUNT(*) AS TEXT) FROM pg_locks WHERE locktype = 'advisory' AND pid = "
    "pg_backend_pid()";
constexpr const char* temporary_dirt =
    "SELECT CAST(COUNT(*) AS TEXT) FROM pg_class WHERE relname = 'dirt' AND relpersistence = 't'";

constexpr auto postgres_dirt = std::to_array<Dirt>({
    {"SET search_path TO pg_catalog", "SELECT current_setting('search_path')"},
    {"SELECT set_config('search_path', 'pg_catalog', false)",
     "SELECT current_setting('search_path')"},
    {"SET TimeZone TO 'Asia/Tokyo'", "SELECT current_setting('TimeZone')"},
    {"SET DateStyle TO 'SQL, DMY'", "SELECT current_setting('DateStyle')"},
    {"SET IntervalStyle TO 'iso_8601'", "SELECT current_setting('IntervalStyle')"},
    {"SET client_encoding TO 'LATIN1'", "SELECT current_setting('client_encoding')"},
    {"SET bytea_output TO 'escape'", "SELECT current_setting('bytea_output')"},
    {"SET extra_float_digits TO -3", "SELECT current_setting('extra_float_digits')"},
    {"SET standard_conforming_strings TO off",
     "SELECT current_setting('standard_conforming_strings')"},
    {"SET statement_timeout TO 54321", "SELECT current_setting('statement_timeout')"},
    {"SET lock_timeout TO 54321", "SELECT current_setting('lock_timeout')"},
    {"SET SESSION work_mem TO '1MB'", "SELECT current_setting('work_mem')"},
    {"DO $$ BEGIN PERFORM set_config('work_mem', '2MB', false); END $$",
     "SELECT current_setting('work_mem')"},
    {"SET enable_seqscan TO off", "SELECT current_setting('enable_seqscan')"},
    {"SET application_name TO 'dirt'", "SELECT current_setting('application_name')"},
    {"SET lockstep.dirt TO 'dirt'", "SELECT COALESCE(current_setting('lockstep.dirt', true), '')"},
    {"SET default_transaction_read_only TO on", "SELECT current_setting('transaction_read_only')"},
    {"SET default_transaction_isolation TO 'serializable'",
     "SELECT current_setting('transaction_isolation')"},
    {"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
     "SELECT current_setting('transaction_isolation')"},
    {"SET ROLE pg_monitor", "SELECT CAST(current_user AS TEXT)"},
    {"SET SESSION AUTHORIZATION pg_monitor", "SELECT CAST(session_user AS TEXT)"},
    {"SELECT pg_advisory_lock(42)", advisory_locks},
    {"SELECT pg_advisory_lock_shared(42)", advisory_locks},
    {"LISTEN dirt", "SELECT CAST(COUNT(*) AS TEXT) FROM pg_listening_channels()"},
    {"DECLARE dirt CURSOR WITH HOLD FOR SELECT 1",
     "SELECT CAST(COUNT(*) AS TEXT) FROM pg_cursors WHERE name = 'dirt'"},
    {"PREPARE dirt AS SELECT 1",
     "SELECT CAST(COUNT(*) AS TEXT) FROM pg_prepared_statements WHERE name = 'dirt'"},
    {"CREATE TEMP TABLE dirt (id INTEGER)", temporary_dirt},
    {"CREATE TEMPORARY SEQUENCE dirt", temporary_dirt},
    {"CREATE TEMP VIEW dirt AS SELECT 1", temporary_dirt},
    {"SELECT 1 AS id INTO TEMP dirt", temporary_dirt},
    {"CREATE TABLE pg_temp.dirt (id INTEGER)", temporary_dirt},
});

constexpr const char* user_variable = "SELECT CAST(@dirt AS CHAR)";
// Of this connection: the server frees those of one that was closed a moment later.
constexpr const char* user_lock =
    "SELECT CAST(COALESCE(IS_USED_LOCK('dirt') = CONNECTION_ID(), 0) AS CHAR)";

constexpr auto mysql_dirt = std::to_array<Dirt>({
    {"SET sql_mode = ''", "SELECT @@sql_mode"},
    {"SET time_zone = '+05:00'", "SELECT @@time_zone"},
    {"SET NAMES latin1", "SELECT @@character_set_client"},
    {"SET collation_connection = utf8mb4_general_ci", "SELECT @@collation_connection"},
    {"SET autocommit = 0", "SELECT CAST(@@autocommit AS CHAR)"},
    {"SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT @@tx_isolation"},
    {"SET SESSION TRANSACTION READ ONLY", "SELECT CAST(@@tx_read_only AS CHAR)"},
    {"SET foreign_key_checks = 0", "SELECT CAST(@@foreign_key_checks AS CHAR)"},
    {"SET unique_checks = 0", "SELECT CAST(@@unique_checks AS CHAR)"},
    {"SET check_constraint_checks = 0", "SELECT CAST(@@check_constraint_checks AS CHAR)"},
    {"SET sql_select_limit = 3", "SELECT CAST(@@sql_select_limit AS CHAR)"},
    {"SET sql_safe_updates = 1", "SELECT CAST(@@sql_safe_updates AS CHAR)"},
    {"SET sql_auto_is_null = 1", "SELECT CAST(@@sql_auto_is_null AS CHAR)"},
    {"SET lock_wait_timeout = 777", "SELECT CAST(@@lock_wait_timeout AS CHAR)"},
    {"SET innodb_lock_wait_timeout = 777", "SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)"},
    {"SET max_statement_time = 777", "SELECT CAST(@@max_statement_time AS CHAR)"},
    {"SET wait_timeout = 777", "SELECT CAST(@@wait_timeout AS CHAR)"},
    {"SET group_concat_max_len = 4", "SELECT CAST(@@group_concat_max_len AS CHAR)"},
    {"SET div_precision_increment = 9", "SELECT CAST(@@div_precision_increment AS CHAR)"},
    {"SET lc_time_names = 'de_DE'", "SELECT @@lc_time_names"},
    {"SET default_storage_engine = MEMORY", "SELECT @@default_storage_engine"},
    {"SET optimizer_switch = 'index_merge=off'", "SELECT @@optimizer_switch"},
    {"SET timestamp = 1", "SELECT CAST(@@timestamp = 1 AS CHAR)"},
    {"SET @dirt = 1", user_variable},
    {"SELECT 1 INTO @dirt", user_variable},
    {"SELECT 1 INTO  @dirt", user_variable},
    {"SELECT 1 INTO/**/@dirt", user_variable},
    {"EXECUTE IMMEDIATE 'SET @dirt = 1'", user_variable},
    {"SELECT GET_LOCK('dirt', 60)", user_lock},
    {"DO GET_LOCK('dirt', 60)", user_lock},
    {"LOCK TABLES samples READ", "SELECT CAST(COUNT(*) AS CHAR) FROM counters"},
    {"USE information_schema", "SELECT DATABASE()"},
    {"CREATE TEMPORARY TABLE dirt (id INTEGER)", "SELECT CAST(COUNT(*) AS CHAR) FROM dirt"},
    {"CREATE OR REPLACE TEMPORARY TABLE samples (id INTEGER)", "SELECT MIN(note) FROM samples"},
});

std::span<const Dirt> dirt_of(Engine engine) {
  if (engine == Engine::postgres) return postgres_dirt;
  return engine == Engine::mysql ? std::span<const Dirt>(mysql_dirt) : sqlite_dirt;
}

constexpr const char* refused = "(refused)";

std::string seen(Executor& db, const Dirt& dirt) {
  try {
    return db.fetch_value<std::optional<std::string>>(dirt.probe).value_or("(null)");
  } catch (const Error&) {
    return refused;
  }
}

// What the probe tells behind the text, on one connection; by SOCI, which looks at no text.
std::string seen_behind(Database& db, const Dirt& dirt) {
  return with_soci(db, [&](::soci::session& session) -> std::string {
    session << dirt.text;
    std::string value;
    ::soci::indicator indicator = ::soci::i_ok;
    try {
      session << dirt.probe, ::soci::into(value, indicator);
    } catch (const ::soci::soci_error&) {
      return refused;
    }
    return indicator == ::soci::i_null ? "(null)" : value;
  });
}

// An engine may refuse some of it, in a transaction above all.
template <class F>
void leave(F&& f) {
  try {
    f();
  } catch (const Error&) {
  }
}

// A database of one connection: the next user gets that of the last, or a new one.
class OneConnection {
 public:
  explicit OneConnection(Database& db) : shared_(db) {
    if (shareable()) own_.emplace(open_again({.max_open_connections = 1}));
  }
  Database& operator*() { return own_ ? *own_ : shared_; }

 private:
  Database& shared_;
  std::optional<Database> own_;
};

}  // namespace

TEST_CASE_FIXTURE(Samples, "a connection comes back clean, whatever was left behind in it") {
  OneConnection one(db);
  Database& single = *one;
  const std::span<const Dirt> all = dirt_of(db.dialect().engine);
  CHECK(all.size() >= 20);
  for (const Dirt& dirt : all) {
    CAPTURE(std::string_view(dirt.text));
    const std::string clean = seen(single, dirt);
    CHECK(seen_behind(single, dirt) != clean);  // otherwise the probe would prove nothing
    CHECK(seen(single, dirt) == clean);
    leave([&] { single.execute(dirt.text); });
    CHECK(seen(single, dirt) == clean);
    leave([&] { single.transaction([&](Transaction& tx) { tx.execute(dirt.text); }); });
    CHECK(seen(single, dirt) == clean);
    leave([&] {
      Transaction tx = single.begin();
      tx.execute(dirt.text);
    });
    CHECK(seen(single, dirt) == clean);
  }
  CHECK(count(single) == 0);
}

TEST_CASE_FIXTURE(Samples, "a connection comes back clean from calls that were left half way") {
  OneConnection one(db);
  Database& single = *one;
  for (int i = 0; i < 100; ++i) insert(single, std::to_string(i));
  const auto query = "SELECT id FROM samples ORDER BY id";
  const auto half_a_stream = [&](Executor& on) {
    RowStream<std::string> rows = on.stream<std::string>(query);
    CHECK(rows.begin() != rows.end());
  };
  SUBCASE("a stream") { half_a_stream(single); }
  SUBCASE("a stream in a transaction") {
    Transaction tx = single.begin();
    insert(tx, "new");
    half_a_stream(tx);
  }
  SUBCASE("a transaction that has failed") {
    Transaction tx = single.begin();
    insert(tx, "new");
    CHECK_THROWS_AS(insert(tx, "1"), Duplicate);
  }
  SUBCASE("a savepoint") {
    Transaction tx = single.begin();
    leave([&] {
      tx.nested([&](Transaction& inner) {
        insert(inner, "new");
        insert(inner, "1");
      });
    });
    insert(tx, "newer");
  }
  SUBCASE("a transaction for reading") {
    Transaction tx = single.begin({.read_only = true});
    CHECK(count(tx) == 100);
  }
  CHECK(count(single) == 100);
  insert(single, "after");
  CHECK(count(db) == 101);
}

TEST_CASE_FIXTURE(Samples, "a connection comes back clean from calls that were refused") {
  OneConnection one(db);
  Database& single = *one;
  const CallOptions too_late{.deadline = std::chrono::nanoseconds(1)};
  SUBCASE("by a deadline") {
    CHECK_THROWS_AS((void)single.begin({.deadline = too_late.deadline}), Timeout);
    Bounded late = single.with(too_late);
    CHECK_THROWS_AS(insert(late, "late"), Timeout);
  }
  SUBCASE("because the transaction would outlive the lease") {
    CHECK_THROWS_AS(single.execute("BEGIN"), LogicError);
    CHECK_THROWS_AS(single.execute("SAVEPOINT dirt"), LogicError);
  }
  insert(single, "after");
  CHECK(count(db) == 1);
}

TEST_SUITE_END();
