// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

TEST_CASE_FIXTURE(Migrated, "create_audit_entry: every member comes back, under an id of its own") {
  on_both([&](Executor& ex) {
    AuditEntry given{.id = 77,
                     .action = "run.created",
                     .actor = "system",
                     .target_id = "no run of that name",
                     .details = Json{R"({"plan":  "/plans/deploy.json"})"},
                     .ip_address = "2001:db8::1",
                     .timestamp = morning + 1us};
    const AuditEntry made = create_audit_entry(ex, given);
    CHECK(made.id > 0);
    CHECK(made.id != 77);
    given.id = made.id;
    CHECK(made == given);
    CHECK(list_audit_entries(ex) == std::vector{given});
    CHECK(create_audit_entry(ex, given).id > made.id);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_audit_entry: what is left out is now or absent") {
  on_both([&](Executor& ex) {
    AuditEntry bare = an_entry("run.created", "system");
    bare.details = Json{""};
    const AuditEntry made = create_audit_entry(ex, bare);
    CHECK(made.timestamp == Clock::start);
    CHECK_FALSE(made.details.has_value());
    CHECK(list_audit_entries(ex) == std::vector{made});
  });
}

TEST_CASE_FIXTURE(Migrated, "list_audit_entries: latest first, ties by id downwards, in pages") {
  on_both([&](Executor& ex) {
    CHECK(list_audit_entries(ex).empty());
    const auto first = create_audit_entry(ex, an_entry("a", "x")).id;
    const auto second = create_audit_entry(ex, an_entry("b", "x")).id;
    AuditEntry late = an_entry("c", "x");
    late.timestamp = Clock::start - 1us;
    const auto earliest = create_audit_entry(ex, late).id;
    CHECK(numbers(list_audit_entries(ex)) == Numbers{second, first, earliest});
    for (const AuditFilter& filter : {AuditFilter{}, AuditFilter{.actor = "x"}}) {
      check_pages(ex, [&](Executor& on, std::optional<std::int64_t> limit, std::int64_t offset) {
        return list_audit_entries(on, filter, limit, offset);
      });
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "list_audit_entries: those that have all that the filter has") {
  on_both([&](Executor& ex) {
    const auto one = create_audit_entry(ex, an_entry("run.created", "system"));
    const auto two = create_audit_entry(ex, an_entry("run.created", "alice"));
    const auto three = create_audit_entry(ex, an_entry("run.deleted", "alice"));
    CHECK(list_audit_entries(ex) == std::vector{three, two, one});
    CHECK(list_audit_entries(ex, {.action = "run.created"}) == std::vector{two, one});
    CHECK(list_audit_entries(ex, {.actor = "system"}) == std::vector{one});
    CHECK(list_audit_entries(ex, {.action = "run.created", .actor = "alice"}) == std::vector{two});
    CHECK(list_audit_entries(ex, {.action = "run.deleted", .actor = "system"}).empty());
    CHECK(list_audit_entries(ex, {.action = "RUN.CREATED"}).empty());
    CHECK(list_audit_entries(ex, {.action = "run.created"}, 1, 1) == std::vector{one});
    CHECK(list_audit_entries(ex, {.action = "run.created", .actor = "alice"}, 1, 1).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "audit: outlives the run that it tells of") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    AuditEntry entry = an_entry("run.created", "system");
    entry.target_id = "run-1";
    entry = create_audit_entry(ex, entry);
    delete_run(ex, "run-1");
    CHECK(list_audit_entries(ex) == std::vector{entry});
  });
}

TEST_CASE_FIXTURE(Migrated, "audit: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "audit.action", [](Executor& on, std::string key) {
      create_audit_entry(on, an_entry(std::move(key), "system"));
    });
    check_refuses_bad_keys(ex, "audit.actor", [](Executor& on, std::string key) {
      create_audit_entry(on, an_entry("run.created", std::move(key)));
    });
    check_refuses_bad_keys(ex, "audit.target_id", [](Executor& on, std::string key) {
      AuditEntry wrong = an_entry("run.created", "system");
      wrong.target_id = std::move(key);
      create_audit_entry(on, wrong);
    });
    check_refuses_bad_keys(
        ex, "audit.ip_address",
        [](Executor& on, std::string key) {
          AuditEntry wrong = an_entry("run.created", "system");
          wrong.ip_address = std::move(key);
          create_audit_entry(on, wrong);
        },
        64);
    check_refuses_bad_keys(ex, "audit.action", [](Executor& on, std::string key) {
      static_cast<void>(list_audit_entries(on, {.action = std::move(key)}));
    });
    check_refuses_bad_keys(ex, "audit.actor", [](Executor& on, std::string key) {
      static_cast<void>(list_audit_entries(on, {.actor = std::move(key)}));
    });
    check_refuses_json(ex, "audit.details", [](Executor& on, Json json) {
      AuditEntry wrong = an_entry("run.created", "system");
      wrong.details = std::move(json);
      create_audit_entry(on, wrong);
    });
    CHECK(count(ex, "audit") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
