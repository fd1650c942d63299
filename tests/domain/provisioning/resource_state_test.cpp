// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"
#include "support/plan_check.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

void create_runs(Executor& ex) {
  for (const char* id : {"run-1", "run-2"}) create_run(ex, a_run(id));
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: a new resource is stored as it went in") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    ResourceState given = a_state("state-1", "Apache 2", "run-1");
    given.state = {R"({ "installed":true,  "version": "2.4.41" })"};
    given.hash = std::string(128, 'f');
    given.last_applied = morning + 1us;
    given.created_at = morning - 1us;
    given.updated_at = morning;  // the store's business: ignored
    const ResourceState made = upsert_resource_state(ex, given);
    given.updated_at = Clock::start;
    CHECK(made == given);
    CHECK(get_resource_state(ex, "linux.pkg", "Apache 2") == given);
    CHECK(upsert_resource_state(ex, a_state("state-2", "nginx", "run-1")).created_at ==
          Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: a known one keeps its id and created_at") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    const ResourceState first = upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    const ResourceState other = upsert_resource_state(ex, a_state("state-2", "nginx", "run-1"));
    clock.advance(1s);
    ResourceState again = a_state("state-9", "apache2", "run-2");
    again.state = {"[]"};
    again.hash = "def456";
    again.last_applied = morning + 1h;
    again.created_at = morning;
    const ResourceState stored = upsert_resource_state(ex, again);
    again.id = "state-1";
    again.created_at = first.created_at;
    again.updated_at = Clock::start + 1s;
    CHECK(stored == again);
    CHECK(get_resource_state(ex, "linux.pkg", "apache2") == again);
    CHECK(get_resource_state(ex, "linux.pkg", "nginx") == other);
    clock.advance(1s);
    again.updated_at = Clock::start + 2s;
    CHECK(upsert_resource_state(ex, stored) == again);
    CHECK(count(ex, "resource_state") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: a new resource under a used id is Duplicate") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    const ResourceState first = upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    clock.advance(1s);
    const auto e = caught<Duplicate>(
        ex, [](Executor& on) { upsert_resource_state(on, a_state("state-1", "nginx", "run-2")); });
    CHECK(e.constraint() == "pk_resource_state");
    CHECK(e.table() == "resource_state");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.statement() == "provisioning.upsert_resource_state");
    CHECK(std::string_view(e.what()).find("duplicate key on resource_state (id)") !=
          std::string_view::npos);
    CHECK(list_resource_states(ex) == std::vector{first});
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: for a known resource any id will do") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    const ResourceState other = upsert_resource_state(ex, a_state("state-2", "nginx", "run-1"));
    clock.advance(1s);
    const auto stored = upsert_resource_state(ex, a_state("state-2", "apache2", "run-2"));
    CHECK(stored.id == "state-1");
    CHECK(stored.last_run_id == "run-2");
    CHECK(get_resource_state(ex, "linux.pkg", "nginx") == other);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: type and name together are the key") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    ResourceState other_type = a_state("state-2", "apache2", "run-1");
    other_type.resource_type = "linux.service";
    upsert_resource_state(ex, other_type);
    upsert_resource_state(ex, a_state("state-3", "APACHE2", "run-1"));
    CHECK(count(ex, "resource_state") == 3);
    const auto e = caught<Duplicate>(ex, [](Executor& on) {
      on.execute("UPDATE resource_state SET resource_name = 'apache2' WHERE id = 'state-3'");
    });
    if (!e.constraint().empty()) {
      CHECK(e.constraint() == "uq_resource_state_resource_type_resource_name");
    }
  });
}

// What is left to its own text if somebody else inserts the resource after it was looked for.
TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: its insert alone keeps to the resource too") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    const Sql& insert =
        find_statement(provisioning::statements(), "provisioning.upsert_resource_state");
    ResourceState first = a_state("state-1", "apache2", "run-1");
    first.created_at = first.updated_at = Clock::start;
    ex.execute(insert, first);
    ResourceState second = a_state("state-2", "apache2", "run-2");
    second.state = {"2"};
    second.hash = "def456";
    second.last_applied = morning + 1us;
    second.created_at = second.updated_at = Clock::start + 1us;
    ex.execute(insert, second);
    second.id = "state-1";
    second.created_at = Clock::start;
    CHECK(list_resource_states(ex) == std::vector{second});
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: an unknown run is ForeignKey") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    const auto check = [&](const ResourceState& orphan) {
      const auto e =
          caught<ForeignKey>(ex, [&](Executor& on) { upsert_resource_state(on, orphan); });
      if (ex.capabilities().names_foreign_keys) {
        CHECK(e.constraint() == "fk_resource_state_last_run_id");
      }
    };
    check(a_state("state-1", "apache2", "nobody"));
    CHECK(count(ex, "resource_state") == 0);
    const ResourceState made = upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    check(a_state("state-1", "apache2", "nobody"));
    CHECK(get_resource_state(ex, "linux.pkg", "apache2") == made);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_resource_state: a resource without a row is NotFound") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    const auto e = caught<NotFound>(ex, [](Executor& on) {
      static_cast<void>(get_resource_state(on, "apache2", "linux.pkg"));
    });
    CHECK(e.statement() == "provisioning.get_resource_state");
  });
}

TEST_CASE_FIXTURE(Migrated, "list_resource_states: latest applied first, ties by id, in pages") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    CHECK(list_resource_states(ex).empty());
    upsert_resource_state(ex, a_state("b", "one", "run-1"));
    upsert_resource_state(ex, a_state("a", "two", "run-1"));
    ResourceState latest = a_state("A", "three", "run-1");
    latest.last_applied += 1us;
    upsert_resource_state(ex, latest);
    CHECK(ids(list_resource_states(ex)) == Ids{"A", "b", "a"});
    check_pages(ex, [](Executor& on, std::optional<std::int64_t> limit, std::int64_t offset) {
      return list_resource_states(on, limit, offset);
    });
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_resource_state: by the id of the row") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    upsert_resource_state(ex, a_state("state-2", "nginx", "run-1"));
    delete_resource_state(ex, "state-1");
    CHECK(ids(list_resource_states(ex)) == Ids{"state-2"});
    caught<NotFound>(ex, [](Executor& on) {
      static_cast<void>(get_resource_state(on, "linux.pkg", "apache2"));
    });
    const auto e = caught<NotFound>(ex, [](Executor& on) { delete_resource_state(on, "state-1"); });
    CHECK(e.statement() == "provisioning.delete_resource_state");
  });
}

TEST_CASE_FIXTURE(Migrated, "resource state: raw SQL that does not set updated_at moves it too") {
  db.transaction([&](Transaction& tx) {
    create_runs(tx);
    upsert_resource_state(tx, a_state("state-1", "apache2", "run-1"));
    tx.execute("UPDATE resource_state SET hash = 'raw' WHERE id = ?", "state-1");
    const auto stored = get_resource_state(tx, "linux.pkg", "apache2");
    CHECK(stored.updated_at > Clock::start);
    CHECK(stored.created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "resource state: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    create_runs(ex);
    const auto refuses = [&](std::string_view what, std::string ResourceState::*member,
                             std::size_t max) {
      check_refuses_bad_keys(
          ex, what,
          [&](Executor& on, std::string key) {
            ResourceState wrong = a_state("state-1", "apache2", "run-1");
            wrong.*member = std::move(key);
            upsert_resource_state(on, wrong);
          },
          max);
    };
    refuses("resource_state.id", &ResourceState::id, 255);
    refuses("resource_state.resource_type", &ResourceState::resource_type, 255);
    refuses("resource_state.resource_name", &ResourceState::resource_name, 255);
    refuses("resource_state.hash", &ResourceState::hash, 128);
    refuses("resource_state.last_run_id", &ResourceState::last_run_id, 255);
    check_refuses_bad_keys(ex, "resource_state.resource_type",
                           [](Executor& on, const std::string& key) {
                             static_cast<void>(get_resource_state(on, key, "apache2"));
                           });
    check_refuses_bad_keys(ex, "resource_state.resource_name",
                           [](Executor& on, const std::string& key) {
                             static_cast<void>(get_resource_state(on, "linux.pkg", key));
                           });
    check_refuses_bad_keys(ex, "resource_state.id", [](Executor& on, const std::string& key) {
      delete_resource_state(on, key);
    });
    check_refuses_json(ex, "resource_state.state", [](Executor& on, Json json) {
      ResourceState wrong = a_state("state-1", "apache2", "run-1");
      wrong.state = std::move(json);
      upsert_resource_state(on, wrong);
    });
    CHECK(count(ex, "resource_state") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
