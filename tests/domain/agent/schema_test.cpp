// SPDX-License-Identifier: BSL-1.0
// What the module says about itself, against the database.
#include <set>

#include "agent/schema.hpp"
#include "rows.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("agent: every statement is named once and knows the module's constraints") {
  std::set<std::string_view> names;
  for (const Sql* sql : agent::statements()) {
    CAPTURE(sql->name());
    CHECK(sql->name().starts_with("agent."));
    CHECK(names.insert(sql->name()).second);
    CHECK(sql->constraints().data() == agent::constraints().data());
    CHECK(sql->constraints().size() == agent::constraints().size());
  }
  CHECK(names.contains("agent.save_task"));
}

TEST_CASE_FIXTURE(Migrated, "agent: the seven tables are there, each with its primary key") {
  const auto tables = testing::detail::find_domains({"agent"}).front()->tables;
  CHECK(tables.size() == 7);
  std::set<std::string_view> keys;
  for (const Constraint& each : agent::constraints()) {
    CHECK(each.name == "pk_" + std::string(each.table));
    keys.insert(each.table);
  }
  for (const auto& table : tables) {
    CAPTURE(table.name);
    CHECK(keys.contains(table.name));
    CHECK(count(db, table.name) == (table.name == "meta" ? 1 : 0));
  }
}

constexpr std::array inserts{
    agent::detail::statement("test.tasks",
                             "INSERT INTO tasks (id, command, params, created_at, updated_at) "
                             "VALUES ('t', 'c', '{}', 1, 1)"),
    agent::detail::statement(
        "test.pending_approvals",
        "INSERT INTO pending_approvals (request_id, task_id, caller_id, permission, action, "
        "resource, created_at) VALUES ('q', 't', 'c', 'p', 'a', 'r', 1)"),
    agent::detail::statement(
        "test.session_contexts",
        "INSERT INTO session_contexts (session_id, channel, thread_ts, created_at, last_used) "
        "VALUES ('s', 'c', '1', 1, 1)"),
    agent::detail::statement(
        "test.thread_sessions",
        "INSERT INTO thread_sessions (channel, thread_ts, session_key, created_at, "
        "last_message_at) VALUES ('c', '1', 'k', 1, 1)"),
    agent::detail::statement(
        "test.dead_letters",
        "INSERT INTO dead_letters (id, target_channel, message, error, created_at) "
        "VALUES ('d', 'c', 'm', 'e', 1)"),
    agent::detail::statement("test.audit_log",
                             "INSERT INTO audit_log (id, user_id, action, result, created_at) "
                             "VALUES (1, 'u', 'a', 'r', 1)"),
    agent::detail::statement("test.meta", "INSERT INTO meta (\"key\", value) VALUES ('k', 'v')"),
};

TEST_CASE_FIXTURE(Migrated, "agent: the key of a row that is there is Duplicate, for raw SQL too") {
  REQUIRE(inserts.size() == agent::constraints().size());
  for (std::size_t i = 0; i < inserts.size(); ++i) {
    const Constraint& key = agent::constraints()[i];
    CAPTURE(key.name);
    db.execute(inserts[i]);
    const auto e = caught<Duplicate>(db, [&](Executor& ex) { ex.execute(inserts[i]); });
    CHECK(e.constraint() == key.name);
    CHECK(e.table() == key.table);
    std::string columns;
    for (const std::string& column : e.columns()) columns += (columns.empty() ? "" : ", ") + column;
    CHECK(columns == key.columns);
  }
}

TEST_CASE_FIXTURE(Migrated, "agent: defaults of the columns, for raw SQL") {
  db.execute(inserts[0]);
  CHECK(agent::get_task(db, "t") ==
        agent::Task{.id = "t", .command = "c", .created_at = 1ms, .updated_at = 1ms});
  db.execute(inserts[4]);
  CHECK(agent::get_dead_letter(db, "d").retry_count == 0);
}

TEST_CASE_FIXTURE(Migrated, "agent: the database refuses what is too long or missing, too") {
  static constexpr std::string_view insert =
      "INSERT INTO thread_sessions (channel, thread_ts, session_key, created_at, last_message_at) "
      "VALUES (?, ?, ?, 1, 1)";
  const std::string longest(255, 'x');
  db.execute(insert, longest, longest.substr(0, 64), longest);
  caught<TooLong>(db, [&](Executor& ex) { ex.execute(insert, longest + "x", "1", "k"); });
  caught<TooLong>(db, [&](Executor& ex) { ex.execute(insert, "c", longest.substr(0, 65), "k"); });
  caught<NotNull>(db, [&](Executor& ex) { ex.execute(insert, "c", "1", nullptr); });
  CHECK(count(db, "thread_sessions") == 1);
}

}  // namespace
}  // namespace lockstep::tests
