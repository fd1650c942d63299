// SPDX-License-Identifier: BSL-1.0
// Facts without regard to their end; see fact_expiry_test.cpp.
#include "rows.hpp"
#include "support/plan_check.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

TEST_CASE_FIXTURE(Migrated, "upsert_fact: a new fact is stored as it went in") {
  on_both([&](Executor& ex) {
    Fact given{.id = "fact-1",
               .target_id = "host-001",
               .namespace_ = "hw.cpu",
               .key = "cpu count",
               .value = {"4"},
               .ttl = 3600s,
               .expires_at = Clock::start + 7us,
               .created_at = morning - 1us,
               .updated_at = morning};  // the store's business: ignored
    const Fact made = upsert_fact(ex, given);
    given.updated_at = Clock::start;
    CHECK(made == given);
    CHECK(get_fact(ex, "host-001", "hw.cpu", "cpu count") == given);
    const Fact bare = upsert_fact(ex, a_fact("fact-2", "os_family"));
    CHECK(bare.created_at == Clock::start);
    CHECK(bare.updated_at == Clock::start);
    CHECK(bare.value == Json{R"("debian")"});
    CHECK(get_fact(ex, "host-001", "os.basic", "os_family") == bare);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: a known one keeps its id and created_at") {
  on_both([&](Executor& ex) {
    const Fact first = upsert_fact(ex, a_fact("fact-1", "os_family"));
    const Fact other = upsert_fact(ex, a_fact("fact-2", "kernel"));
    clock.advance(1s);
    Fact again = a_fact("fact-9", "os_family");
    again.value = {"[\"alpine\"]"};
    again.ttl = 60s;
    again.created_at = morning;
    const Fact stored = upsert_fact(ex, again);
    again.id = "fact-1";
    again.expires_at = Clock::start + 61s;
    again.created_at = first.created_at;
    again.updated_at = Clock::start + 1s;
    CHECK(stored == again);
    CHECK(get_fact(ex, "host-001", "os.basic", "os_family") == again);
    CHECK(get_fact(ex, "host-001", "os.basic", "kernel") == other);
    CHECK(count(ex, "facts") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: a new key under a used id is Duplicate") {
  on_both([&](Executor& ex) {
    const Fact first = upsert_fact(ex, a_fact("fact-1", "os_family"));
    clock.advance(1s);
    const auto e =
        caught<Duplicate>(ex, [](Executor& on) { upsert_fact(on, a_fact("fact-1", "kernel")); });
    CHECK(e.constraint() == "pk_facts");
    CHECK(e.table() == "facts");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.statement() == "provisioning.upsert_fact");
    CHECK(is_duplicate(e));
    CHECK(list_facts(ex) == std::vector{first});
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: Duplicate poisons a transaction on every engine") {
  upsert_fact(db, a_fact("fact-1", "os_family"));
  Transaction tx = db.begin();
  CHECK_THROWS_AS(upsert_fact(tx, a_fact("fact-1", "kernel")), Duplicate);
  CHECK_THROWS_AS(upsert_fact(tx, a_fact("fact-2", "kernel")), TransactionAborted);
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: for a known key any id will do") {
  on_both([&](Executor& ex) {
    upsert_fact(ex, a_fact("fact-1", "os_family"));
    const Fact other = upsert_fact(ex, a_fact("fact-2", "kernel"));
    clock.advance(1s);
    Fact again = a_fact("fact-2", "os_family");
    again.value = {"7"};
    const Fact stored = upsert_fact(ex, again);
    CHECK(stored.id == "fact-1");
    CHECK(stored.value == Json{"7"});
    CHECK(get_fact(ex, "host-001", "os.basic", "kernel") == other);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: target, namespace and key together are the key") {
  on_both([&](Executor& ex) {
    upsert_fact(ex, a_fact("fact-1", "key"));
    upsert_fact(ex, a_fact("fact-2", "key", "host-002"));
    upsert_fact(ex, a_fact("fact-3", "KEY"));
    Fact other_namespace = a_fact("fact-4", "key");
    other_namespace.namespace_ = "os.more";
    upsert_fact(ex, other_namespace);
    CHECK(count(ex, "facts") == 4);
    caught<Duplicate>(ex, [](Executor& on) {
      on.execute("UPDATE facts SET \"key\" = 'key' WHERE id = 'fact-3'");
    });
  });
}

// What is left to its own text if somebody else inserts the key after it was looked for.
TEST_CASE_FIXTURE(Migrated, "upsert_fact: its insert alone keeps to the key too") {
  on_both([&](Executor& ex) {
    const Sql& insert = find_statement(provisioning::statements(), "provisioning.upsert_fact");
    Fact first = a_fact("fact-1", "os_family");
    first.created_at = first.updated_at = Clock::start;
    ex.execute(insert, first);
    Fact second = a_fact("fact-2", "os_family");
    second.value = {"2"};
    second.ttl = 60s;
    second.expires_at = Clock::start + 1h;
    second.created_at = second.updated_at = Clock::start + 1us;
    ex.execute(insert, second);
    second.id = "fact-1";
    second.created_at = Clock::start;
    CHECK(list_facts(ex) == std::vector{second});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_fact: a key without a fact is NotFound") {
  on_both([&](Executor& ex) {
    upsert_fact(ex, a_fact("fact-1", "os_family"));
    const auto e = caught<NotFound>(ex, [](Executor& on) {
      static_cast<void>(get_fact(on, "host-001", "os.basic", "OS_FAMILY"));
    });
    CHECK(e.statement() == "provisioning.get_fact");
  });
}

TEST_CASE_FIXTURE(Migrated, "list_facts: latest created first, ties by id downwards, in pages") {
  on_both([&](Executor& ex) {
    CHECK(list_facts(ex).empty());
    upsert_fact(ex, a_fact("b", "one"));
    upsert_fact(ex, a_fact("a", "two"));
    clock.advance(1us);
    upsert_fact(ex, a_fact("A", "three"));
    CHECK(ids(list_facts(ex)) == Ids{"A", "b", "a"});
    clock.advance(1us);
    upsert_fact(ex, a_fact("a", "two"));
    CHECK(ids(list_facts(ex)) == Ids{"A", "b", "a"});
    for (const FactFilter& filter :
         {FactFilter{}, FactFilter{.target_id = "host-001"}, FactFilter{.namespace_ = "os.basic"},
          FactFilter{.target_id = "host-001", .namespace_ = "os.basic"}}) {
      CHECK(ids(list_facts(ex, filter)) == Ids{"A", "b", "a"});
      check_pages(ex, [&](Executor& on, std::optional<std::int64_t> limit, std::int64_t offset) {
        return list_facts(on, filter, limit, offset);
      });
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "list_facts: those that have all that the filter has") {
  on_both([&](Executor& ex) {
    for (const std::string target : {"host-001", "host-002"}) {
      for (const std::string space : {"os.basic", "hw.cpu"}) {
        Fact fact = a_fact(target + " " + space, "key", target);
        fact.namespace_ = space;
        upsert_fact(ex, fact);
      }
    }
    CHECK(list_facts(ex).size() == 4);
    CHECK(ids(list_facts(ex, {.target_id = "host-001"})) ==
          Ids{"host-001 os.basic", "host-001 hw.cpu"});
    CHECK(ids(list_facts(ex, {.namespace_ = "hw.cpu"})) ==
          Ids{"host-002 hw.cpu", "host-001 hw.cpu"});
    CHECK(ids(list_facts(ex, {.target_id = "host-002", .namespace_ = "os.basic"})) ==
          Ids{"host-002 os.basic"});
    CHECK(list_facts(ex, {.target_id = "host-003"}).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_fact: by the id of the row") {
  on_both([&](Executor& ex) {
    upsert_fact(ex, a_fact("fact-1", "os_family"));
    upsert_fact(ex, a_fact("fact-2", "kernel"));
    delete_fact(ex, "fact-1");
    CHECK(ids(list_facts(ex)) == Ids{"fact-2"});
    caught<NotFound>(ex, [](Executor& on) {
      static_cast<void>(get_fact(on, "host-001", "os.basic", "os_family"));
    });
    const auto e = caught<NotFound>(ex, [](Executor& on) { delete_fact(on, "fact-1"); });
    CHECK(e.statement() == "provisioning.delete_fact");
  });
}

TEST_CASE_FIXTURE(Migrated, "facts: raw SQL that does not set updated_at moves it too") {
  db.transaction([&](Transaction& tx) {
    upsert_fact(tx, a_fact("fact-1", "os_family"));
    tx.execute("UPDATE facts SET value = '0' WHERE id = ?", "fact-1");
    const Fact stored = get_fact(tx, "host-001", "os.basic", "os_family");
    CHECK(stored.updated_at > Clock::start);
    CHECK(stored.created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "facts: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    const auto refuses = [&](std::string_view what, std::string Fact::*member) {
      check_refuses_bad_keys(ex, what, [&](Executor& on, std::string key) {
        Fact wrong = a_fact("fact-1", "os_family");
        wrong.*member = std::move(key);
        upsert_fact(on, wrong);
      });
    };
    refuses("fact.id", &Fact::id);
    refuses("fact.target_id", &Fact::target_id);
    refuses("fact.namespace", &Fact::namespace_);
    refuses("fact.key", &Fact::key);
    check_refuses_bad_keys(ex, "fact.target_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_fact(on, key, "os.basic", "os_family"));
    });
    check_refuses_bad_keys(ex, "fact.namespace", [](Executor& on, const std::string& key) {
      static_cast<void>(get_fact(on, "host-001", key, "os_family"));
    });
    check_refuses_bad_keys(ex, "fact.key", [](Executor& on, const std::string& key) {
      static_cast<void>(get_fact(on, "host-001", "os.basic", key));
    });
    check_refuses_bad_keys(ex, "fact.target_id", [](Executor& on, std::string key) {
      static_cast<void>(list_facts(on, {.target_id = std::move(key)}));
    });
    check_refuses_bad_keys(ex, "fact.namespace", [](Executor& on, std::string key) {
      static_cast<void>(list_facts(on, {.namespace_ = std::move(key)}));
    });
    check_refuses_bad_keys(ex, "fact.id",
                           [](Executor& on, const std::string& key) { delete_fact(on, key); });
    check_refuses_json(ex, "fact.value", [](Executor& on, Json json) {
      Fact wrong = a_fact("fact-1", "os_family");
      wrong.value = std::move(json);
      upsert_fact(on, wrong);
    });
    CHECK(count(ex, "facts") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
