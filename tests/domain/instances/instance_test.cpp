// SPDX-License-Identifier: BSL-1.0
#include <limits>

#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;

TEST_CASE_FIXTURE(Migrated,
                  "create_instance: gives the id and the times; every member comes back") {
  on_both([&](Executor& ex) {
    Instance expected = full_instance("full");
    const Instance made = create_instance(ex, expected);
    CHECK(made.id > 0);
    expected.id = made.id;
    expected.updated_at = start_seconds;
    CHECK(made == expected);
    CHECK(get_instance_by_name(ex, "full") == expected);
    const Instance next = create_instance(ex, {.id = made.id, .name = "next", .updated_at = 1s});
    CHECK(next.id > made.id);
    CHECK(next.created_at == start_seconds);
    CHECK(next.updated_at == start_seconds);
    CHECK(get_instance_by_name(ex, "next") == next);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_instance: what is left out is what its column defaults to") {
  on_both([&](Executor& ex) {
    Instance made = create_instance(ex, instance("made"));
    ex.execute(
        "INSERT INTO instances (name, backend_type, backend_config_json, created_at, updated_at) "
        "VALUES ('raw', 'llama_cpp', '{}', ?, ?)",
        start_seconds, start_seconds);
    const Instance raw = get_instance_by_name(ex, "raw");
    CHECK(raw.max_restarts == -1);
    made.id = raw.id;
    made.name = "raw";
    CHECK(raw == made);
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "create_instance: nodes and environment are JSON, sorted; empty is null") {
  on_both([&](Executor& ex) {
    create_instance(
        ex, {.name = "full", .nodes = {"b", "c", "a"}, .environment = {{"Z", "1"}, {"A", "2"}}});
    create_instance(ex, {.name = "bare", .command_override = ""});
    const auto texts = [&](std::string_view name) {
      return ex.fetch_one<std::tuple<std::optional<std::string>, std::optional<std::string>,
                                     std::optional<std::string>>>(
          "SELECT nodes, environment, command_override FROM instances WHERE name = ?", name);
    };
    CHECK(std::get<0>(texts("full")) == R"(["a","b","c"])");
    CHECK(std::get<1>(texts("full")) == R"({"A":"2","Z":"1"})");
    CHECK(texts("bare") == decltype(texts("bare")){});
    CHECK_FALSE(get_instance_by_name(ex, "bare").command_override.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "create_instance: types and statuses are stored under the seed's names") {
  on_both([&](Executor& ex) {
    const auto stored = [&](std::string_view column, const std::string& name) {
      return ex.fetch_value<std::string>(
          "SELECT " + std::string(column) + " FROM instances WHERE name = ?", name);
    };
    for (const std::string text : {"llama_cpp", "mlx_lm", "vllm"}) {
      create_instance(ex, {.name = text, .backend_type = *find_enum<BackendType>(text)});
      CHECK(stored("backend_type", text) == text);
    }
    for (const std::string text : {"stopped", "running", "failed", "restarting", "shutting_down"}) {
      create_instance(ex, {.name = text, .status = *find_enum<InstanceStatus>(text)});
      CHECK(stored("status", text) == text);
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "create_instance: numbers are stored as they are, never clamped") {
  on_both([&](Executor& ex) {
    constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
    constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
    create_instance(ex, {.name = "low",
                         .max_restarts = least,
                         .restart_delay = std::chrono::seconds(least),
                         .idle_timeout = std::chrono::minutes(least)});
    create_instance(ex, {.name = "high",
                         .max_restarts = most,
                         .restart_delay = std::chrono::seconds(most),
                         .idle_timeout = std::chrono::minutes(most)});
    CHECK(get_instance_by_name(ex, "low").max_restarts == least);
    CHECK(get_instance_by_name(ex, "low").idle_timeout.count() == least);
    CHECK(get_instance_by_name(ex, "high").max_restarts == most);
    CHECK(get_instance_by_name(ex, "high").restart_delay.count() == most);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_instance: a name that exists is Duplicate, in other case not") {
  on_both([&](Executor& ex) {
    create_instance(ex, instance("llama"));
    const auto e =
        caught<Duplicate>(ex, [](Executor& on) { create_instance(on, instance("llama")); });
    CHECK(e.constraint() == "idx_instances_name");
    CHECK(e.columns() == std::vector<std::string>{"name"});
    create_instance(ex, instance("Llama"));
    CHECK(get_instance_by_name(ex, "Llama").name == "Llama");
    CHECK(count(ex, "instances") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_instance_by_name: a name that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex,
                     [](Executor& on) { static_cast<void>(get_instance_by_name(on, "nobody")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_all_instances: oldest first, ties by id") {
  on_both([&](Executor& ex) {
    CHECK(get_all_instances(ex).empty());
    create_instance(ex, {.name = "c", .created_at = 20s});
    create_instance(ex, {.name = "b", .created_at = 10s});
    create_instance(ex, {.name = "a", .created_at = 10s});
    create_instance(ex, {.name = "d", .created_at = -5s});
    const auto all = get_all_instances(ex);
    REQUIRE(ids(all, &Instance::name) == Ids{"d", "b", "a", "c"});
    CHECK(all[1] == get_instance_by_name(ex, "b"));
    CHECK(load_all_instances(ex).instances == all);
    CHECK(load_all_instances(ex).unreadable.empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "update_instance: overwrites all but id, created_at and owner") {
  on_both([&](Executor& ex) {
    Instance given = instance("llama");
    given.created_at = 1s;
    given.owner_user_id = "owner";
    const Instance made = create_instance(ex, given);
    create_instance(ex, instance("other"));
    clock.advance(1500ms);
    Instance expected = full_instance("llama");
    const Instance changed = update_instance(ex, expected);
    expected.id = made.id;
    expected.created_at = 1s;
    expected.owner_user_id = "owner";
    expected.updated_at = start_seconds + 1s;
    CHECK(changed == expected);
    CHECK(get_instance_by_name(ex, "llama") == expected);
    CHECK(get_instance_by_name(ex, "other").updated_at == start_seconds);
    CHECK(update_instance(ex, expected) == expected);
    caught<NotFound>(ex, [](Executor& on) { update_instance(on, instance("nobody")); });
    CHECK(count(ex, "instances") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_instance_status: sets status and updated_at alone") {
  on_both([&](Executor& ex) {
    Instance expected = create_instance(ex, full_instance("llama"));
    create_instance(ex, instance("other"));
    clock.advance(1s);
    update_instance_status(ex, "llama", InstanceStatus::failed);
    expected.status = InstanceStatus::failed;
    expected.updated_at = start_seconds + 1s;
    CHECK(get_instance_by_name(ex, "llama") == expected);
    CHECK(get_instance_by_name(ex, "other").status == InstanceStatus::stopped);
    caught<NotFound>(
        ex, [](Executor& on) { update_instance_status(on, "nobody", InstanceStatus::failed); });
    caught<InvalidArgument>(ex, [](Executor& on) {
      update_instance_status(on, "llama", static_cast<InstanceStatus>(9));
    });
    CHECK(get_instance_by_name(ex, "llama") == expected);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_instance: the row is gone; again is NotFound") {
  on_both([&](Executor& ex) {
    create_instance(ex, instance("llama"));
    create_instance(ex, instance("other"));
    delete_instance(ex, "llama");
    CHECK(ids(get_all_instances(ex), &Instance::name) == Ids{"other"});
    caught<NotFound>(ex, [](Executor& on) { delete_instance(on, "llama"); });
  });
}

// Runs f(Executor&, Instance) with instances that are wrong in one member each.
template <class F>
void check_refuses_bad_instances(Executor& ex, F&& f) {
  check_refuses_bad_keys(
      ex, "instance.name", [&](Executor& on, std::string key) { f(on, instance(key)); }, 50);
  const auto refuse = [&](std::string_view what, Instance wrong) {
    CAPTURE(what);
    const auto e = caught<InvalidArgument>(ex, [&](Executor& on) { f(on, wrong); });
    CHECK(std::string_view(e.what()).starts_with(what));
  };
  for (const char* name : {"a b", "a/b", "a:b", "\xC3\xA4", "a'b"}) {
    refuse("instance.name: ", instance(name));
  }
  refuse("instance.backend_config: ", {.name = "a", .backend_config = Json{"{"}});
  refuse("instance.backend_config: ", {.name = "a", .backend_config = Json{""}});
  refuse("instance.restart_delay: ", {.name = "a", .restart_delay = 2'147'483'648s});
  refuse("instance.idle_timeout: ", {.name = "a", .idle_timeout = -2'147'483'649min});
  refuse("instance.command_override: ", {.name = "a", .command_override = "\xFF"});
  refuse("instance.nodes: ", {.name = "a", .nodes = {std::string("\0", 1)}});
  refuse("instance.environment: ", {.name = "a", .environment = {{"\xFF", "v"}}});
  refuse("instance.environment: ", {.name = "a", .environment = {{"k", "\xFF"}}});
  refuse("instance.owner_user_id: ", {.name = "a", .owner_user_id = ""});
  refuse("enumerator", {.name = "a", .backend_type = static_cast<BackendType>(3)});
  refuse("enumerator", {.name = "a", .status = static_cast<InstanceStatus>(5)});
}

TEST_CASE_FIXTURE(Migrated, "instances: members are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_instances(ex, [](Executor& on, Instance i) { create_instance(on, i); });
    check_refuses_bad_instances(ex, [](Executor& on, Instance i) { update_instance(on, i); });
    check_refuses_bad_instances(ex, [](Executor& on, Instance i) { save_instance(on, i); });
    check_refuses_bad_keys(
        ex, "instance.name",
        [](Executor& on, const std::string& key) {
          static_cast<void>(get_instance_by_name(on, key));
        },
        50);
    check_refuses_bad_keys(
        ex, "instance.name",
        [](Executor& on, const std::string& key) {
          update_instance_status(on, key, InstanceStatus::failed);
        },
        50);
    check_refuses_bad_keys(
        ex, "instance.name", [](Executor& on, const std::string& key) { delete_instance(on, key); },
        50);
    CHECK(count(ex, "instances") == 0);
    create_instance(ex, instance(std::string(47, 'x') + "._-"));
  });
}

}  // namespace
}  // namespace lockstep::tests
