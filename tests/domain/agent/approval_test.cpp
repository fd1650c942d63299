// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

TEST_CASE_FIXTURE(Migrated, "an approval's life: save, read, expire, delete") {
  on_both([&](Executor& ex) {
    const PendingApproval saved =
        save_approval(ex, approval("q-1"));  // of a task that is not there
    CHECK(saved.created_at == start_ms);
    CHECK(find_approval(ex, "q-1") == saved);
    CHECK(delete_approval(ex, "q-1"));
    CHECK_FALSE(find_approval(ex, "q-1").has_value());
    CHECK_FALSE(delete_approval(ex, "q-1"));
    save_approval(ex, approval("q-2"));
    clock.advance(2s);
    CHECK(ids(list_expired_approvals(ex, 1s), &PendingApproval::request_id) == Ids{"q-2"});
  });
}

TEST_CASE_FIXTURE(Migrated, "save_approval: every member comes back; again overwrites them") {
  on_both([&](Executor& ex) {
    PendingApproval full = approval("q-1");
    full.resource = "";
    full.channel_id = "C1";
    full.thread_ts = "1234567.890";
    full.created_at = 7ms;
    save_approval(ex, approval("q-1"));
    CHECK(save_approval(ex, full) == full);
    CHECK(find_approval(ex, "q-1") == full);
    PendingApproval empty = approval("q-1");
    empty.task_id = "t-2";
    empty.caller_id = "user-2";
    empty.permission = "read";
    empty.action = "look";
    empty.channel_id = empty.thread_ts = "";
    const PendingApproval saved = save_approval(ex, empty);
    CHECK(saved.created_at == start_ms);
    CHECK_FALSE(saved.channel_id.has_value());
    CHECK_FALSE(saved.thread_ts.has_value());
    CHECK(find_approval(ex, "q-1") == saved);
    CHECK(count(ex, "pending_approvals") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_expired_approvals: older than the age, oldest first") {
  on_both([&](Executor& ex) {
    for (const auto& [id, age] :
         {std::pair{"at", 1'000ms}, {"b", 1'001ms}, {"a", 1'001ms}, {"z", 5'000ms}, {"new", 0ms}}) {
      PendingApproval each = approval(id);
      each.created_at = start_ms - age;
      save_approval(ex, each);
    }
    const auto id = &PendingApproval::request_id;
    CHECK(ids(list_expired_approvals(ex, 1s), id) == Ids{"z", "a", "b"});
    CHECK(ids(list_expired_approvals(ex, 999ms), id) == Ids{"z", "a", "b", "at"});
    CHECK(list_expired_approvals(ex, UnixMs::max()).empty());
    clock.advance(1ms);
    CHECK(list_expired_approvals(ex, 0ms).size() == 5);
    const auto e = caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(list_expired_approvals(on, -1ms)); });
    CHECK(e.what() == std::string("approval.max_age: negative"));
  });
}

TEST_CASE_FIXTURE(Migrated, "approvals: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    using Key = const std::string&;
    const auto refuse_member = [&](std::string_view what, std::string PendingApproval::*member) {
      check_refuses_bad_keys(ex, what, [&](Executor& on, Key key) {
        PendingApproval bad = approval("q-1");
        bad.*member = key;
        save_approval(on, bad);
      });
    };
    refuse_member("approval.request_id", &PendingApproval::request_id);
    refuse_member("approval.task_id", &PendingApproval::task_id);
    refuse_member("approval.caller_id", &PendingApproval::caller_id);
    refuse_member("approval.permission", &PendingApproval::permission);
    refuse_member("approval.action", &PendingApproval::action);
    check_refuses_bad_keys(ex, "approval.request_id", [](Executor& on, Key key) {
      static_cast<void>(find_approval(on, key));
    });
    check_refuses_bad_keys(ex, "approval.request_id",
                           [](Executor& on, Key key) { delete_approval(on, key); });
    check_refuses_negative_time(ex, "approval.created_at", [](Executor& on, UnixMs time) {
      PendingApproval bad = approval("q-1");
      bad.created_at = time;
      save_approval(on, bad);
    });
    for (const auto& [what, channel, thread] :
         {std::tuple{"approval.channel_id: ", std::string(256, 'c'), std::string("1")},
          std::tuple{"approval.thread_ts: ", std::string("C1"), std::string(65, '1')}}) {
      PendingApproval bad = approval("q-1");
      bad.channel_id = channel;
      bad.thread_ts = thread;
      const auto e = caught<InvalidArgument>(ex, [&](Executor& on) { save_approval(on, bad); });
      CHECK(std::string_view(e.what()).starts_with(what));
    }
    CHECK(count(ex, "pending_approvals") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
