// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;

using Numbers = std::vector<std::int64_t>;

// Ids of three instances, ascending.
Numbers create_instances(Executor& ex) {
  Numbers made;
  for (const char* name : {"a", "b", "c"}) made.push_back(create_instance(ex, instance(name)).id);
  return made;
}

std::vector<std::string> names(const std::vector<ApiKey>& keys) { return ids(keys, &ApiKey::name); }

TEST_CASE_FIXTURE(Migrated, "create_key: gives the id and the times; every member comes back") {
  on_both([&](Executor& ex) {
    ApiKey expected = api_key("ci");
    expected.permission_mode = PermissionMode::allow_all;
    expected.expires_at = 4'000'000'000s;
    ApiKey given = expected;
    given.created_at = given.updated_at = 1s;
    given.last_used_at = 2s;
    const ApiKey made = create_key(ex, given);
    CHECK(made.id > 0);
    expected.id = made.id;
    expected.created_at = expected.updated_at = start_seconds;
    CHECK(made == expected);
    CHECK(get_key_by_id(ex, made.id) == expected);
    const ApiKey bare = create_key(ex, api_key("ci"));
    CHECK(bare.id > made.id);
    CHECK(get_key_by_id(ex, bare.id) == bare);
    CHECK_FALSE(bare.expires_at.has_value());
    const auto mode = [&](std::int64_t id) {
      return ex.fetch_value<std::string>("SELECT permission_mode FROM api_keys WHERE id = ?", id);
    };
    CHECK(mode(made.id) == "allow_all");
    CHECK(mode(bare.id) == "per_instance");
  });
}

TEST_CASE_FIXTURE(Migrated, "create_key: stores permissions, ascending, for per_instance only") {
  on_both([&](Executor& ex) {
    const Numbers made = create_instances(ex);
    const ApiKey some = create_key(ex, api_key("some"), std::array{made[2], made[0]});
    CHECK(get_permissions(ex, some.id) == Numbers{made[0], made[2]});
    CHECK(has_permission(ex, some.id, made[0]));
    CHECK_FALSE(has_permission(ex, some.id, made[1]));
    ApiKey given = api_key("all");
    given.permission_mode = PermissionMode::allow_all;
    const ApiKey all = create_key(ex, given, made);
    CHECK(get_permissions(ex, all.id).empty());
    CHECK_FALSE(has_permission(ex, all.id, made[0]));
    CHECK(get_permissions(ex, create_key(ex, api_key("none")).id).empty());
    CHECK(get_permissions(ex, 0).empty());
    CHECK(count(ex, "key_permissions") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_key: an instance that is not there stores nothing") {
  on_both([&](Executor& ex) {
    const Numbers made = create_instances(ex);
    const auto e = caught<ForeignKey>(ex, [&](Executor& on) {
      create_key(on, api_key("ci"), std::array{made[0], made[2] + 1000, made[1]});
    });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(e.constraint() == "fk_key_permissions_instance_id");
    }
    const auto twice = caught<Duplicate>(ex, [&](Executor& on) {
      create_key(on, api_key("ci"), std::array{made[0], made[0]});
    });
    CHECK(twice.constraint() == "pk_key_permissions");
    CHECK(count(ex, "api_keys") == 0);
    CHECK(count(ex, "key_permissions") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_key_by_id: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_key_by_id(on, 1)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_user_keys: the user's, newest first, ties by id downwards") {
  on_both([&](Executor& ex) {
    create_key(ex, api_key("old"));
    create_key(ex, api_key("older than its id says"));
    clock.advance(1s);
    create_key(ex, api_key("new"));
    const ApiKey other = create_key(ex, api_key("other", "user-2"));
    CHECK(names(get_user_keys(ex, "user-1")) == Ids{"new", "older than its id says", "old"});
    CHECK(get_user_keys(ex, "user-2") == std::vector<ApiKey>{other});
    CHECK(get_user_keys(ex, "nobody").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "get_active_keys: those that have not expired, newest first") {
  on_both([&](Executor& ex) {
    CHECK(get_active_keys(ex).empty());
    const auto create = [&](std::string name, std::optional<UnixTime> expires_at) {
      ApiKey given = api_key(std::move(name));
      given.expires_at = expires_at;
      create_key(ex, given);
    };
    create("never", std::nullopt);
    create("now", start_seconds);
    create("before", start_seconds - 1s);
    create("later", start_seconds + 1s);
    clock.advance(400ms);
    create("never either", std::nullopt);
    CHECK(names(get_active_keys(ex)) == Ids{"never either", "later", "never"});
    clock.advance(600ms);
    create("newest", start_seconds + 1h);
    CHECK(names(get_active_keys(ex)) == Ids{"newest", "never either", "never"});
  });
}

TEST_CASE_FIXTURE(Migrated, "touch_key: sets last_used_at; false for a key that is gone") {
  on_both([&](Executor& ex) {
    ApiKey expected = create_key(ex, api_key("ci"));
    const ApiKey other = create_key(ex, api_key("other"));
    clock.advance(5s);
    CHECK(touch_key(ex, expected.id));
    expected.last_used_at = expected.updated_at = start_seconds + 5s;
    CHECK(get_key_by_id(ex, expected.id) == expected);
    CHECK(get_key_by_id(ex, other.id) == other);
    CHECK(touch_key(ex, expected.id));
    CHECK_FALSE(touch_key(ex, other.id + 1000));
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_key: takes its permissions with it; again is NotFound") {
  on_both([&](Executor& ex) {
    const Numbers made = create_instances(ex);
    const ApiKey gone = create_key(ex, api_key("gone"), made);
    const ApiKey kept = create_key(ex, api_key("kept"), made);
    delete_key(ex, gone.id);
    CHECK(names(get_user_keys(ex, "user-1")) == Ids{"kept"});
    CHECK(get_permissions(ex, gone.id).empty());
    CHECK(get_permissions(ex, kept.id) == made);
    caught<NotFound>(ex, [&](Executor& on) { delete_key(on, gone.id); });
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_instance: takes the instance out of the keys' permissions") {
  on_both([&](Executor& ex) {
    const Numbers made = create_instances(ex);
    const ApiKey key = create_key(ex, api_key("ci"), made);
    delete_instance(ex, "b");
    CHECK(get_permissions(ex, key.id) == Numbers{made[0], made[2]});
    CHECK(get_key_by_id(ex, key.id) == key);
  });
}

TEST_CASE_FIXTURE(Migrated, "API keys: members are checked before sending") {
  on_both([&](Executor& ex) {
    const auto refuse = [&](std::string_view what, std::string ApiKey::*member, std::size_t max) {
      check_refuses_bad_keys(
          ex, what,
          [&](Executor& on, std::string text) {
            ApiKey wrong = api_key("ci");
            wrong.*member = std::move(text);
            create_key(on, wrong);
          },
          max);
    };
    refuse("api_key.key_hash", &ApiKey::key_hash, 255);
    refuse("api_key.name", &ApiKey::name, 100);
    refuse("api_key.user_id", &ApiKey::user_id, 255);
    check_refuses_bad_keys(ex, "api_key.user_id", [](Executor& on, const std::string& text) {
      static_cast<void>(get_user_keys(on, text));
    });
    ApiKey wrong = api_key("ci");
    wrong.permission_mode = static_cast<PermissionMode>(2);
    caught<InvalidArgument>(ex, [&](Executor& on) { create_key(on, wrong); });
    CHECK(count(ex, "api_keys") == 0);
    create_key(ex, api_key(std::string(100, 'x'), std::string(255, 'u')));
  });
}

}  // namespace
}  // namespace lockstep::tests
