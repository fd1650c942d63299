// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

Ids actions(const std::vector<AuditEntry>& entries) { return ids(entries, &AuditEntry::action); }

void append(Executor& ex, std::string action, UnixMs at, std::string user_id = "user-1") {
  AuditEntry entry = audit_entry(std::move(user_id));
  entry.action = std::move(action);
  entry.created_at = at;
  append_audit(ex, entry);
}

TEST_CASE_FIXTURE(Migrated, "append_audit: gives an id and the time, and returns what is stored") {
  on_both([&](Executor& ex) {
    AuditEntry given = audit_entry("user-1");
    given.id = 77;  // the store's business: ignored
    const AuditEntry first = append_audit(ex, given);
    CHECK(first.id > 0);
    CHECK(first.id != 77);
    CHECK(first.created_at == start_ms);
    CHECK(list_audit(ex) == std::vector<AuditEntry>{first});
    AuditEntry full{.user_id = "user-2",
                    .action = "read",
                    .resource = "api",
                    .result = "pending_approval",
                    .details = std::string(100'000, 'd'),
                    .created_at = start_ms + 1ms};
    const AuditEntry second = append_audit(ex, full);
    CHECK(second.id > first.id);
    full.id = second.id;
    CHECK(second == full);
    CHECK(list_audit(ex) == std::vector<AuditEntry>{second, first});
    given.resource = given.details = "";
    const AuditEntry third = append_audit(ex, given);
    CHECK_FALSE(third.resource.has_value());
    CHECK_FALSE(third.details.has_value());
    CHECK(third.id > second.id);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_audit: newest first, ties by id downwards, filtered, limited") {
  on_both([&](Executor& ex) {
    CHECK(list_audit(ex).empty());
    append(ex, "a", 10ms);
    append(ex, "b", 20ms, "user-2");
    append(ex, "c", 20ms);
    append(ex, "d", 5ms);
    CHECK(actions(list_audit(ex)) == Ids{"c", "b", "a", "d"});
    CHECK(actions(list_audit(ex, {.limit = 2})) == Ids{"c", "b"});
    CHECK(list_audit(ex, {.limit = 0}).empty());
    CHECK(actions(list_audit(ex, {.from = 10ms})) == Ids{"c", "b", "a"});
    CHECK(actions(list_audit(ex, {.until = 10ms})) == Ids{"d"});
    CHECK(actions(list_audit(ex, {.from = 10ms, .until = 20ms})) == Ids{"a"});
    CHECK(list_audit(ex, {.from = 10ms, .until = 10ms}).empty());
    CHECK(actions(list_audit(ex, {.user_id = "user-1"})) == Ids{"c", "a", "d"});
    CHECK(actions(list_audit(ex, {.user_id = "user-1", .from = 6ms, .until = 21ms, .limit = 1})) ==
          Ids{"c"});
    CHECK(actions(list_audit(ex, {.user_id = "user-2", .until = 20ms})).empty());
    CHECK(list_audit(ex, {.user_id = "nobody"}).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "audit: what makes no sense is InvalidArgument") {
  on_both([&](Executor& ex) {
    const auto refuse = [&](std::string_view what, std::string AuditEntry::*member,
                            std::size_t max) {
      const auto append_bad = [&](Executor& on, const std::string& key) {
        AuditEntry bad = audit_entry("user-1");
        bad.*member = key;
        append_audit(on, bad);
      };
      check_refuses_bad_keys(ex, what, append_bad, max);
    };
    refuse("audit.user_id", &AuditEntry::user_id, 255);
    refuse("audit.action", &AuditEntry::action, 255);
    refuse("audit.result", &AuditEntry::result, 64);
    check_refuses_bad_keys(ex, "audit.user_id", [](Executor& on, const std::string& key) {
      static_cast<void>(list_audit(on, {.user_id = key}));
    });
    check_refuses_negative_time(ex, "audit.created_at", [](Executor& on, UnixMs time) {
      AuditEntry bad = audit_entry("user-1");
      bad.created_at = time;
      append_audit(on, bad);
    });
    const auto refuse_list = [&](const AuditFilter& filter, std::string_view what) {
      const auto e = caught<InvalidArgument>(
          ex, [&](Executor& on) { static_cast<void>(list_audit(on, filter)); });
      CHECK(e.what() == what);
    };
    refuse_list({.limit = -1}, "limit: negative");
    refuse_list({.from = 2ms, .until = 1ms}, "audit: until before from");
    CHECK(count(ex, "audit_log") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
