// SPDX-License-Identifier: BSL-1.0
// What the module says about itself, against the database.
#include "instances/schema.hpp"
#include "rows.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;
namespace detail = lockstep::instances::detail;

TEST_CASE("instances: every statement is named once and knows the module's constraints") {
  std::set<std::string_view> names;
  for (const Sql* sql : instances::statements()) {
    CAPTURE(sql->name());
    CHECK(sql->name().starts_with("instances."));
    CHECK(names.insert(sql->name()).second);
    CHECK(sql->constraints().data() == instances::constraints().data());
    CHECK(sql->constraints().size() == instances::constraints().size());
  }
  CHECK(names.contains("instances.save_instance"));
  CHECK(names.contains("instances.create_key"));
}

TEST_CASE("instances: constraints are named by kind, table and columns") {
  std::set<std::string_view> names;
  for (const Constraint& each : instances::constraints()) {
    CAPTURE(each.name);
    CHECK(names.insert(each.name).second);
    const std::string_view kind = each.name.substr(0, each.name.find('_'));
    CHECK((kind == "pk" || kind == "fk" || kind == "ck" || kind == "idx"));
    const std::string table(each.table);
    CHECK(each.name.substr(kind.size() + 1) ==
          (kind == "pk" ? table : table + "_" + std::string(each.columns)));
  }
}

constexpr std::string_view insert_instance =
    "INSERT INTO instances (id, name, backend_type, backend_config_json, status, created_at, "
    "updated_at, owner_user_id) VALUES (?, ?, ?, '{}', ?, 0, 0, ?)";
constexpr std::string_view insert_key =
    "INSERT INTO api_keys (id, key_hash, name, user_id, permission_mode, created_at, updated_at) "
    "VALUES (?, ?, 'n', ?, ?, 0, 0)";

constexpr Sql insert_again = detail::statement(
    "instances.test",
    "INSERT INTO instances (id, name, backend_type, backend_config_json, created_at, updated_at) "
    "VALUES (:id, 'b', 'vllm', '{}', 0, 0)");

TEST_CASE_FIXTURE(Migrated, "instances: the database refuses an unknown type, status or mode") {
  on_both([&](Executor& ex) {
    const auto type = caught<Check>(
        ex, [](Executor& on) { on.execute(insert_instance, 1, "a", "gguf", "stopped", nullptr); });
    CHECK(type.constraint() == "ck_instances_backend_type");
    const auto status = caught<Check>(
        ex, [](Executor& on) { on.execute(insert_instance, 1, "a", "vllm", "melting", nullptr); });
    CHECK(status.constraint() == "ck_instances_status");
    const auto mode =
        caught<Check>(ex, [](Executor& on) { on.execute(insert_key, 1, "h", "u", "allow_some"); });
    CHECK(mode.constraint() == "ck_api_keys_permission_mode");
    CHECK(count(ex, "instances") == 0);
    CHECK(count(ex, "api_keys") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "instances: the database refuses texts that are too long") {
  on_both([&](Executor& ex) {
    const auto insert = [](Executor& on, std::size_t name, std::size_t owner) {
      on.execute(insert_instance, 1, std::string(name, 'x'), "vllm", "stopped",
                 std::string(owner, 'x'));
    };
    insert(ex, 50, 255);
    ex.execute("DELETE FROM instances");
    caught<TooLong>(ex, [&](Executor& on) { insert(on, 51, 1); });
    caught<TooLong>(ex, [&](Executor& on) { insert(on, 1, 256); });
    caught<TooLong>(ex, [](Executor& on) {
      on.execute(insert_key, 1, std::string(256, 'x'), "u", "allow_all");
    });
    caught<TooLong>(ex, [](Executor& on) {
      on.execute(insert_key, 1, "h", std::string(256, 'x'), "allow_all");
    });
    caught<NotNull>(
        ex, [](Executor& on) { on.execute(insert_instance, 1, nullptr, "vllm", "stopped", "u"); });
  });
}

TEST_CASE_FIXTURE(Migrated, "instances: primary and foreign keys are told by their names") {
  on_both([&](Executor& ex) {
    ex.execute(insert_instance, 7, "a", "vllm", "stopped", nullptr);
    const auto e = caught<Duplicate>(ex, [](Executor& on) { on.execute(insert_again, 7); });
    CHECK(e.constraint() == "pk_instances");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    const auto orphan = caught<ForeignKey>(ex, [](Executor& on) {
      on.execute("INSERT INTO key_permissions (key_id, instance_id) VALUES (1, 7)");
    });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(orphan.constraint() == "fk_key_permissions_key_id");
    }
  });
}

TEST_CASE("instances: the fixture seeds, empties and counts from 1 again") {
  testing::TestDatabase fixture({"instances"}, target_url());
  Database& db = fixture.db();
  fixture.seed();
  CHECK(ids(get_all_instances(db), &Instance::name) == Ids{"llama-8b", "mistral"});
  CHECK(has_permission(db, 1, 1));
  CHECK_THROWS_AS(fixture.seed(), Duplicate);
  fixture.reset();
  for (const auto& table : testing::detail::find_domains({"instances"}).front()->tables) {
    CAPTURE(table.name);
    CHECK(count(db, table.name) == 0);
  }
  CHECK(create_instance(db, instance("a")).id == 1);
  CHECK(create_key(db, api_key("ci")).id == 1);
}

}  // namespace
}  // namespace lockstep::tests
