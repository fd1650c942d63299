// SPDX-License-Identifier: BSL-1.0
// The one-time import of JSON files.
#include "rows.hpp"
#include "support/folder.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;

// A file with the members that every one must have, and `options` after them.
std::string file_of(std::string_view name, std::string_view options = "") {
  return R"({"name": ")" + std::string(name) +
         R"(", "created": 1700000000, "status": "stopped", )" +
         R"("options": {"backend_type": "llama_cpp")" + std::string(options) + "}}";
}

constexpr std::string_view everything = R"({
  "id": 99,
  "name": "full",
  "created": 1600000000,
  "status": "restarting",
  "options": {
    "auto_restart": true,
    "max_restarts": 7,
    "restart_delay": 5,
    "on_demand_start": true,
    "idle_timeout": 30,
    "docker_enabled": true,
    "command_override": "/opt/vllm",
    "nodes": ["gpu-1", "main", "gpu-1"],
    "environment": {"Z": "1", "A": ""},
    "backend_type": "vllm",
    "backend_options": {"port": 8080, "model": "m", "temp": [1.5, true, null]}
  }
})";

bool mentions(const std::vector<std::string>& notes, std::string_view text) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note == text; });
}

MigrationFailed failure(Database& db, const std::filesystem::path& folder) {
  return caught<MigrationFailed>(db, [&](Executor&) { import_json(db, folder); });
}

TEST_CASE_FIXTURE(Migrated, "import_json: stores every file and archives it") {
  const Folder folder;
  folder.put("b.json", file_of("b", R"(, "max_restarts": null, "auto_restart": null)"));
  folder.put("full.json", everything);
  folder.put("a.json", file_of("a-name"));
  folder.put("notes.txt", "not JSON");
  folder.put("deeper/c.json", "not JSON");
  const ImportResult result = import_json(db, folder.path());
  CHECK(result.found == 3);
  CHECK(result.imported == 3);
  CHECK(result.archived == 3);
  CHECK(result.left_behind.empty());
  CHECK(result.notes.empty());
  CHECK(folder.files() == Ids{"notes.txt"});
  CHECK(folder.files("json_archive") == Ids{"a.json", "b.json", "full.json"});
  CHECK(folder.text("json_archive/full.json") == everything);
  const auto all = get_all_instances(db);
  REQUIRE(ids(all, &Instance::name) == Ids{"full", "a-name", "b"});
  Instance full{.id = all[0].id,
                .name = "full",
                .backend_type = BackendType::vllm,
                .backend_config = Json{R"({"port":8080,"model":"m","temp":[1.5,true,null]})"},
                .status = InstanceStatus::restarting,
                .created_at = 1'600'000'000s,
                .updated_at = start_seconds,
                .auto_restart = true,
                .max_restarts = 7,
                .restart_delay = 5s,
                .on_demand_start = true,
                .idle_timeout = 30min,
                .docker_enabled = true,
                .command_override = "/opt/vllm",
                .nodes = {"gpu-1", "main"},
                .environment = {{"A", ""}, {"Z", "1"}}};
  CHECK(all[0] == full);
  CHECK(all[2] == Instance{.id = all[2].id,
                           .name = "b",
                           .created_at = 1'700'000'000s,
                           .updated_at = start_seconds});
  CHECK(all[1].id < all[2].id);
}

TEST_CASE_FIXTURE(Migrated, "import_json: the archive can be read by everybody") {
  const Folder folder;
  folder.put("a.json", file_of("a"));
  import_json(db, folder.path());
  using std::filesystem::perms;
  CHECK(std::filesystem::status(folder.path() / "json_archive").permissions() ==
        static_cast<perms>(0755));
}

TEST_CASE_FIXTURE(Migrated, "import_json: nothing to do without a folder or files") {
  const Folder folder;
  folder.put("notes.txt", "not JSON");
  folder.put("deeper/c.json", "not JSON");
  for (const auto& path : {std::filesystem::path(), folder.path() / "nowhere", folder.path()}) {
    const ImportResult result = import_json(db, path);
    CHECK(result.found == 0);
    CHECK(result.imported == 0);
    CHECK(result.notes.empty());
  }
  CHECK_FALSE(std::filesystem::exists(folder.path() / "json_archive"));
}

TEST_CASE_FIXTURE(Migrated,
                  "import_json: nothing to do where there are instances; tells the files") {
  const Folder folder;
  folder.put("a.json", file_of("a"));
  import_json(db, folder.path());
  CHECK(import_json(db, folder.path()).found == 0);
  folder.put("b.json", file_of("b"));
  folder.put("c.json", "not JSON");
  const ImportResult again = import_json(db, folder.path());
  CHECK(again.found == 2);
  CHECK(again.imported == 0);
  CHECK(again.archived == 0);
  CHECK(again.left_behind == Ids{"b.json", "c.json"});
  CHECK(mentions(again.notes, "b.json: left behind: there are instances already"));
  CHECK(folder.files() == Ids{"b.json", "c.json"});
  CHECK(ids(get_all_instances(db), &Instance::name) == Ids{"a"});
}

TEST_CASE_FIXTURE(Migrated, "import_json: one bad file, and nothing is stored or moved") {
  struct Case {
    std::string text;
    std::string_view reason;
  };
  const std::string rest = R"(, "created": 1, "status": "stopped", "options": )";
  const std::vector<Case> cases{
      {"", "not JSON at byte 1"},
      {"{\"name\": \"b\"", "not JSON at byte 13"},
      {"{\"name\": 1e999}", "a number that is too large"},
      {"[]", "file: not an object"},
      {"{}", "name: missing"},
      {R"({"name": 7})", "name: not a text"},
      {R"({"name": "b"})", "created: missing"},
      {R"({"name": "b", "created": "1"})", "created: not an integer of 64 bits"},
      {R"({"name": "b", "created": 1.5})", "created: not an integer of 64 bits"},
      {R"({"name": "b", "created": 9223372036854775808})", "created: not an integer of 64 bits"},
      {R"({"name": "b", "created": 1})", "status: missing"},
      {R"({"name": "b", "created": 1, "status": 0})", "status: not a text"},
      {R"({"name": "b", "created": 1, "status": "running"})", "options: missing"},
      {R"({"name": "b")" + rest + "[]}", "options: not an object"},
      {R"({"name": "b")" + rest + "{}}", "options.backend_type: missing"},
      {R"({"name": "b")" + rest + R"({"backend_type": "gguf"}})", "options.backend_type: unknown"},
      {R"({"name": "b c")" + rest + R"({"backend_type": "vllm"}})", "instance.name: a character"},
      {file_of(std::string(51, 'x')), "instance.name: longer than 50"},
      {file_of("b", R"(, "backend_options": [])"), "options.backend_options: not an object"},
      {file_of("b", R"(, "auto_restart": 1)"), "options.auto_restart: neither true nor false"},
      {file_of("b", R"(, "max_restarts": "3")"), "options.max_restarts: not an integer"},
      {file_of("b", R"(, "max_restarts": 2147483648)"), "options.max_restarts: outside the range"},
      {file_of("b", R"(, "idle_timeout": 2147483648)"), "instance.idle_timeout: outside the range"},
      {file_of("b", R"(, "nodes": {"a": {}})"), "options.nodes: not an array of texts"},
      {file_of("b", R"(, "environment": {"a": 1})"), "options.environment: not an object of texts"},
      {file_of("b", R"(, "command_override": "a\u0000b")"), "instance.command_override: NUL byte"},
      {file_of("a"), "name: as in a.json"},
  };
  const Folder folder;
  folder.put("a.json", file_of("a"));
  for (const Case& each : cases) {
    CAPTURE(each.text);
    folder.put("b.json", each.text);
    const MigrationFailed e = failure(db, folder.path());
    CHECK(e.server_message().starts_with("b.json: " + std::string(each.reason)));
    CHECK(std::string_view(e.what()).starts_with("instances.import_json: bad files: b.json: " +
                                                 std::string(each.reason)));
    CHECK(std::string_view(e.what()).ends_with("; nothing was stored or moved"));
  }
  CHECK(count(db, "instances") == 0);
  CHECK(folder.files() == Ids{"a.json", "b.json"});
  CHECK_FALSE(std::filesystem::exists(folder.path() / "json_archive"));
}

TEST_CASE_FIXTURE(Migrated, "import_json: every bad file is named, with its reason") {
  const Folder folder;
  for (int i = 0; i < 100; ++i) folder.put(std::to_string(100 + i) + ".json", "{}");
  folder.put("good.json", file_of("good"));
  const MigrationFailed e = failure(db, folder.path());
  for (int i = 0; i < 100; ++i) {
    const std::string line = std::to_string(100 + i) + ".json: name: missing";
    CHECK(e.server_message().find(line) != std::string::npos);
  }
  CHECK(e.server_message().find("good") == std::string::npos);
  CHECK(count(db, "instances") == 0);
}

TEST_CASE_FIXTURE(Migrated, "import_json: a folder that cannot be read is MigrationFailed") {
  const Folder folder;
  folder.put("file", "");
  CHECK(std::string_view(failure(db, folder.path() / "file").what())
            .starts_with("instances.import_json: the folder cannot be read: "));
}

TEST_CASE_FIXTURE(Migrated, "import_json: what it passes over is noted") {
  const Folder folder;
  folder.put("a.json", R"({"name": "a", "created": 1, "status": "melting", "port": 1, "options":
                           {"backend_type": "mlx_lm", "group": "g", "preset_ini": ""}})");
  const ImportResult result = import_json(db, folder.path());
  CHECK(result.imported == 1);
  CHECK(result.notes.size() == 4);
  CHECK(mentions(result.notes, "a.json: status: unknown, stored as stopped"));
  CHECK(mentions(result.notes, "a.json: port: unknown, not stored"));
  CHECK(mentions(result.notes, "a.json: options.group: unknown, not stored"));
  CHECK(mentions(result.notes, "a.json: options.preset_ini: unknown, not stored"));
  CHECK(get_instance_by_name(db, "a").status == InstanceStatus::stopped);
}

TEST_CASE_FIXTURE(Migrated, "import_json: a name that is taken in the archive gets a number") {
  const Folder folder;
  folder.put("json_archive/a.json", "first");
  folder.put("json_archive/a.1.json", "second");
  folder.put("a.json", file_of("a"));
  CHECK(import_json(db, folder.path()).archived == 1);
  CHECK(folder.files("json_archive") == Ids{"a.1.json", "a.2.json", "a.json"});
  CHECK(folder.text("json_archive/a.json") == "first");
  CHECK(folder.text("json_archive/a.1.json") == "second");
  CHECK(folder.text("json_archive/a.2.json") == file_of("a"));
}

TEST_CASE_FIXTURE(Migrated, "import_json: files that cannot be moved are left, and stay harmless") {
  const Folder folder;
  folder.put("a.json", file_of("a"));
  folder.put("b.json", file_of("b"));
  folder.put("json_archive", "a file where the folder would be");
  const ImportResult result = import_json(db, folder.path());
  CHECK(result.imported == 2);
  CHECK(result.archived == 0);
  CHECK(result.left_behind == Ids{"a.json", "b.json"});
  REQUIRE(result.notes.size() == 2);
  CHECK(result.notes.front().starts_with("a.json: left behind: "));
  CHECK(folder.files() == Ids{"a.json", "b.json", "json_archive"});
  CHECK(import_json(db, folder.path()).imported == 0);
  CHECK(count(db, "instances") == 2);
}

TEST_CASE_FIXTURE(Migrated, "import_json: a name that somebody else stores meanwhile ends it") {
  if (!db.capabilities().skip_locked) return;  // elsewhere nobody can write meanwhile
  const Folder folder;
  folder.put("a.json", file_of("a"));
  folder.put("b.json", file_of("b"));
  bool stored = false;
  const auto store_b = [&] {
    if (!std::exchange(stored, true)) create_instance(db, instance("b"));
    return Clock::start;
  };
  Database slow = Database::open(database_url(), {.clock = store_b});
  const MigrationFailed e = failure(slow, folder.path());
  CHECK(std::string_view(e.what()).starts_with(
      "instances.import_json: an instance of the same name was stored meanwhile"));
  CHECK(ids(get_all_instances(db), &Instance::name) == Ids{"b"});
  CHECK(folder.files() == Ids{"a.json", "b.json"});
}

}  // namespace
}  // namespace lockstep::tests
