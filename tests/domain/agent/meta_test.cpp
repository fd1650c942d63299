// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

TEST_CASE("meta: a new database has schema_version 1, and an emptied one again") {
  testing::TestDatabase fixture({"agent"}, target_url());
  Database& own = fixture.db();
  CHECK(get_meta(own, "schema_version") == "1");
  set_meta(own, "schema_version", "7");
  set_meta(own, "other", "x");
  fixture.reset();
  CHECK(get_meta(own, "schema_version") == "1");
  CHECK_FALSE(find_meta(own, "other").has_value());
  fixture.seed();
  CHECK(ids(list_tasks(own)) == Ids{"task-1"});
}

TEST_CASE_FIXTURE(Migrated, "set_meta: inserts, and overwrites that key alone") {
  on_both([&](Executor& ex) {
    set_meta(ex, "a", "1");
    set_meta(ex, "b", "");
    set_meta(ex, "a", std::string(100'000, 'v'));
    CHECK(find_meta(ex, "a") == std::string(100'000, 'v'));
    CHECK(get_meta(ex, "b") == "");
    CHECK(get_meta(ex, "schema_version") == "1");
    CHECK(count(ex, "meta") == 3);
  });
}

TEST_CASE_FIXTURE(Migrated, "find_meta: nothing for a key that is not there, get_meta: NotFound") {
  on_both([&](Executor& ex) {
    set_meta(ex, "a", "1");
    CHECK_FALSE(find_meta(ex, "A").has_value());
    const auto e = caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_meta(on, "A")); });
    CHECK(e.statement() == "agent.get_meta");
  });
}

TEST_CASE_FIXTURE(Migrated, "meta: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    using Key = const std::string&;
    const auto refuse = [&](auto&& f) { check_refuses_bad_keys(ex, "meta.key", f); };
    refuse([](Executor& on, Key key) { static_cast<void>(find_meta(on, key)); });
    refuse([](Executor& on, Key key) { static_cast<void>(get_meta(on, key)); });
    refuse([](Executor& on, Key key) { set_meta(on, key, "v"); });
    caught<InvalidArgument>(ex, [](Executor& on) { set_meta(on, "a", std::string("a\0b", 3)); });
    CHECK(count(ex, "meta") == 1);
  });
}

}  // namespace
}  // namespace lockstep::tests
