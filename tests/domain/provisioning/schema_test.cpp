// SPDX-License-Identifier: BSL-1.0
// What the module says about itself, against the database.
#include <algorithm>
#include <set>

#include "rows.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("provisioning: every statement is named once and knows the module's constraints") {
  std::set<std::string_view> names;
  for (const Sql* sql : provisioning::statements()) {
    CAPTURE(sql->name());
    CHECK(sql->name().starts_with("provisioning."));
    CHECK(names.insert(sql->name()).second);
    CHECK(sql->constraints().data() == provisioning::constraints().data());
    CHECK(sql->constraints().size() == provisioning::constraints().size());
  }
  CHECK(names.contains("provisioning.upsert_fact"));
}

TEST_CASE("provisioning: constraints are named by kind, table and columns") {
  std::set<std::string_view> names;
  for (const Constraint& each : provisioning::constraints()) {
    CAPTURE(each.name);
    CHECK(names.insert(each.name).second);
    std::string columns;  // "a, b" as "_a_b"
    for (const char c : "_" + std::string(each.columns)) {
      if (c != ' ') columns += c == ',' ? '_' : c;
    }
    const std::string_view kind = each.name.substr(0, each.name.find('_'));
    CHECK((kind == "pk" || kind == "fk" || kind == "uq" || kind == "ck"));
    CHECK(each.name ==
          std::string(kind) + "_" + std::string(each.table) + (kind == "pk" ? "" : columns));
  }
}

TEST_CASE_FIXTURE(Migrated, "provisioning: defaults of the columns, for raw SQL") {
  using namespace provisioning;
  db.execute("INSERT INTO runs (id, plan_path, status, started_at) VALUES ('r', 'p', 'pending', ?)",
             morning);
  db.execute(
      "INSERT INTO plan_units (id, run_id, resource_type, resource_name, action, status, "
      "desired_state) VALUES ('u', 'r', 't', 'n', 'read', 'pending', '{}')");
  db.execute("INSERT INTO events (level, message) VALUES ('info', 'm')");
  db.execute(
      "INSERT INTO resource_state (id, resource_type, resource_name, state, hash, last_run_id, "
      "last_applied) VALUES ('s', 't', 'n', '{}', 'h', 'r', ?)",
      morning);
  db.execute(
      "INSERT INTO facts (id, target_id, namespace, \"key\", value) "
      "VALUES ('f', 't', 'n', 'k', '0')");
  db.execute("INSERT INTO audit (action, actor) VALUES ('a', 'b')");
  const Timestamp now =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto recent = [&](std::optional<Timestamp> t) { return t > now - 1h && t < now + 1h; };
  const Run run = get_run(db, "r");
  CHECK((run.metadata == Json{"{}"} && recent(run.created_at) && recent(run.updated_at)));
  const PlanUnit unit = get_plan_unit(db, "u");
  CHECK((unit.dependencies == Json{"[]"} && unit.retries == 0));
  CHECK((recent(unit.created_at) && recent(unit.updated_at)));
  CHECK(recent(get_events(db).at(0).timestamp));
  const ResourceState state = get_resource_state(db, "t", "n");
  CHECK((recent(state.created_at) && recent(state.updated_at)));
  const Fact fact = get_fact(db, "t", "n", "k");
  CHECK((fact.ttl == 0s && !fact.expires_at));
  CHECK((recent(fact.created_at) && recent(fact.updated_at)));
  CHECK(recent(list_audit_entries(db).at(0).timestamp));
}

TEST_CASE_FIXTURE(Migrated, "provisioning: the database refuses what is too long, or null") {
  const std::string longest(255, 'x');
  const auto set = [&](std::string_view column) {
    return "UPDATE runs SET " + std::string(column) + " = ? WHERE id = 'r'";
  };
  db.execute("INSERT INTO runs (id, plan_path, status, started_at) VALUES ('r', 'p', 'pending', ?)",
             morning);
  caught<TooLong>(db, [&](Executor& ex) { ex.execute(set("id"), longest + "x"); });
  caught<TooLong>(db, [&](Executor& ex) { ex.execute(set("status"), std::string(33, 'x')); });
  caught<NotNull>(db, [&](Executor& ex) { ex.execute(set("plan_path"), nullptr); });
  caught<NotNull>(db, [&](Executor& ex) { ex.execute(set("metadata"), nullptr); });
  caught<TooLong>(db, [&](Executor& ex) {
    ex.execute("INSERT INTO audit (action, actor, ip_address) VALUES ('a', 'b', ?)",
               std::string(65, 'x'));
  });
  caught<TooLong>(db, [&](Executor& ex) {
    ex.execute("INSERT INTO events (level, message) VALUES (?, 'm')", std::string(17, 'x'));
  });
  db.execute(set("id"), longest);
  CHECK(provisioning::get_run(db, longest).id == longest);
}

}  // namespace
}  // namespace lockstep::tests
