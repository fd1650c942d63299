// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

TEST_CASE_FIXTURE(Migrated, "create_action: sets created_at; every member comes back") {
  on_both([&](Executor& ex) {
    const Action made =
        create_action(ex, {.id = "tell",
                           .name = "Tell the team",
                           .action_type = ActionType::kick_off_job,
                           .config = Json{R"({"jobID": "cleanup-job", "args": ["--force"]})"}});
    CHECK(made.created_at == Clock::start);
    CHECK(get_action(ex, "tell") == made);
    const Action bare = create_action(ex, {.id = "bare", .name = "bare", .config = Json{""}});
    CHECK(get_action(ex, "bare") == bare);
    CHECK_FALSE(get_action(ex, "bare").config.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "create_action: every type is stored under the seed's name") {
  on_both([&](Executor& ex) {
    constexpr std::array<std::string_view, 6> texts{
        "retry",           "kickOffJob", "webhook", "killAllInstances", "killLatestInstance",
        "skipNextInstance"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string id = std::to_string(i);
      create_action(ex, {.id = id, .name = id, .action_type = static_cast<ActionType>(i)});
      CHECK(ex.fetch_value<std::string>("SELECT action_type FROM actions WHERE id = ?", id) ==
            texts[i]);
      CHECK(get_action(ex, id).action_type == static_cast<ActionType>(i));
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "create_action: an id that exists is Duplicate") {
  on_both([&](Executor& ex) {
    create_action(ex, action("tell"));
    const auto e = caught<Duplicate>(ex, [](Executor& on) { create_action(on, action("tell")); });
    CHECK(e.constraint() == "pk_actions");
  });
}

TEST_CASE_FIXTURE(Migrated, "get_action: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_action(on, "nobody")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_all_actions: by name, ties by id") {
  on_both([&](Executor& ex) {
    CHECK(get_all_actions(ex).empty());
    create_action(ex, {.id = "1", .name = "b"});
    create_action(ex, {.id = "3", .name = "a"});
    create_action(ex, {.id = "2", .name = "a"});
    create_action(ex, {.id = "4", .name = "B"});
    const auto all = get_all_actions(ex);
    REQUIRE(ids(all) == Ids{"4", "2", "3", "1"});
    CHECK(all[1] == get_action(ex, "2"));
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_action: takes it off every job") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_action(ex, action("tell"));
    create_action(ex, action("other"));
    create_job_action(ex, {.job_id = "job-1", .action_id = "tell"});
    create_job_action(ex, {.job_id = "job-1", .action_id = "other"});
    delete_action(ex, "tell");
    CHECK(ids(get_job_actions(ex, "job-1"), &JobAction::action_id) == Ids{"other"});
    caught<NotFound>(ex, [](Executor& on) { delete_action(on, "tell"); });
  });
}

TEST_CASE_FIXTURE(Migrated, "actions: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "action.id", [](Executor& on, std::string key) {
      create_action(on, action(std::move(key)));
    });
    check_refuses_bad_keys(ex, "action.name", [](Executor& on, std::string key) {
      create_action(on, {.id = "tell", .name = std::move(key)});
    });
    check_refuses_bad_keys(ex, "action.id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_action(on, key));
    });
    check_refuses_bad_keys(ex, "action.id",
                           [](Executor& on, const std::string& key) { delete_action(on, key); });
    const auto e = caught<InvalidArgument>(ex, [](Executor& on) {
      create_action(on, {.id = "tell", .name = "n", .config = Json{"{"}});
    });
    CHECK(std::string_view(e.what()).starts_with("action.config: "));
    CHECK(count(ex, "actions") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
