// SPDX-License-Identifier: BSL-1.0
// Previous versions, and templates.
#include "files.hpp"

namespace lockstep::tests {
namespace {

using Numbers = std::vector<std::uint64_t>;

struct Versions : Files {
  // Saves "v1", "v2", ... as the name, a second apart.
  void save_until(int last, int first = 1) {
    for (int i = first; i <= last; ++i) {
      files.save(greeting("greet", "v" + std::to_string(i)));
      clock.advance(1s);
    }
  }
};

TEST_CASE_FIXTURE(Versions, "history: each save keeps what it replaces, by a rising number") {
  save_until(1);
  CHECK(files.list_versions("greet").empty());
  const std::string first = text_of("greet");
  save_until(3, 2);
  CHECK(files.list_versions("greet") == Numbers{1, 2});
  CHECK(folder.text("base/history/greet/1.yaml") == first);
  CHECK(files.load_version("greet", 1).name == "v1");
  CHECK(files.load_version("greet", 2).name == "v2");
  CHECK(files.load("greet").name == "v3");
  CHECK(files.list_versions("other").empty());
}

TEST_CASE_FIXTURE(Versions, "history: NotFound for a version that there is not") {
  CHECK_THROWS_AS((void)files.load_version("greet", 1), NotFound);
  save_until(2);
  CHECK_THROWS_AS((void)files.load_version("greet", 0), NotFound);
  CHECK_THROWS_AS((void)files.load_version("greet", 2), NotFound);
  CHECK_THROWS_AS(files.restore("greet", 2), NotFound);
  CHECK(files.load("greet").name == "v2");
}

TEST_CASE_FIXTURE(Versions, "history: only so many are kept; numbers go on") {
  FileOptions few = options();
  few.kept_versions = 3;
  open(few);
  save_until(7);
  CHECK(files.list_versions("greet") == Numbers{4, 5, 6});
  few.kept_versions = 1;
  open(few);
  save_until(8, 8);
  CHECK(files.list_versions("greet") == Numbers{7});
}

TEST_CASE_FIXTURE(Versions, "history: none is kept if so told; remove then deletes") {
  FileOptions none = options();
  none.kept_versions = 0;
  open(none);
  save_until(3);
  files.remove("greet");
  CHECK(files.list_versions("greet").empty());
  CHECK_FALSE(std::filesystem::exists(folder.path() / "base/history"));
}

TEST_CASE_FIXTURE(Versions, "restore: the version is current again, and what it replaces is one") {
  save_until(3);
  const WorkflowDefinition restored = files.restore("greet", 1);
  CHECK(restored.name == "v1");
  CHECK(restored.metadata.created == Clock::start);
  CHECK(restored.metadata.last_modified == Clock::start + 3s);
  CHECK(files.load("greet") == restored);
  CHECK(files.list_versions("greet") == Numbers{1, 2, 3});
  CHECK(files.load_version("greet", 3).name == "v3");
}

TEST_CASE_FIXTURE(Versions, "remove: the file becomes a version, and can be restored") {
  save_until(2);
  files.remove("greet");
  CHECK_FALSE(files.exists("greet"));
  CHECK(files.list_versions("greet") == Numbers{1, 2});
  CHECK(files.restore("greet", 2).name == "v2");
  CHECK(files.list_versions("greet") == Numbers{1, 2});
  put("odd", "not a workflow: [");
  files.remove("odd");
  CHECK(folder.text("base/history/odd/1.yaml") == "not a workflow: [");
}

TEST_CASE_FIXTURE(Versions, "history: a file that others have spoilt is kept as it is") {
  save_until(1);
  put("greet", "spoilt: [");
  save_until(2, 2);
  CHECK(folder.text("base/history/greet/1.yaml") == "spoilt: [");
  CHECK_THROWS_AS((void)files.load_version("greet", 1), InvalidData);
}

TEST_CASE_FIXTURE(Versions, "history: the same version is not kept twice in a row") {
  save_until(2);
  std::filesystem::copy_file(folder.path() / "base/history/greet/1.yaml", path_of("greet"),
                             std::filesystem::copy_options::overwrite_existing);
  save_until(3, 3);
  CHECK(files.list_versions("greet") == Numbers{1});
}

TEST_CASE_FIXTURE(Versions, "history: files that are no versions are passed over") {
  save_until(2);
  for (const char* name : {"01.yaml", "0.yaml", "-1.yaml", "x.yaml", "7.yml", ".8.yaml",
                           "99999999999999999999.yaml", "5.yaml.tmp"}) {
    folder.put(std::string("base/history/greet/") + name, "x");
  }
  CHECK(files.list_versions("greet") == Numbers{1});
  save_until(3, 3);
  CHECK(files.list_versions("greet") == Numbers{1, 2});
}

// A template that may be incomplete: its variable has no value yet.
WorkflowDefinition pattern() {
  WorkflowDefinition definition = greeting("pattern", "Pattern");
  definition.metadata.author = "me";
  definition.variables = {{.name = "path", .type = VariableType::string, .required = true},
                          {.name = "limit", .type = VariableType::number, .default_value = 1}};
  return definition;
}

TEST_CASE_FIXTURE(Files, "templates: are no workflows, and have no versions") {
  const WorkflowDefinition saved = files.save_template(pattern());
  files.save_template(pattern());
  CHECK(files.load_template("pattern") == saved);
  CHECK(saved.metadata.created == Clock::start);
  CHECK(ids_of(files.list_templates()) == Names{"pattern"});
  CHECK(files.list().workflows.empty());
  CHECK(files.list_versions("pattern").empty());
  files.remove_template("pattern");
  CHECK_THROWS_AS(files.remove_template("pattern"), NotFound);
  CHECK_THROWS_AS((void)files.load_template("pattern"), NotFound);
  CHECK_THROWS_AS((void)files.instantiate("pattern", {.id = "a"}), NotFound);
}

TEST_CASE_FIXTURE(Files, "instantiate: a copy under another id, with defaults; not saved") {
  files.save_template(pattern());
  clock.advance(1h);
  const WorkflowDefinition made = files.instantiate(
      "pattern", {.id = "mine", .name = "Mine", .version = "2.0", .defaults = {{"path", "/tmp"}}});
  WorkflowDefinition expected = pattern();
  expected.id = "mine";
  expected.name = "Mine";
  expected.version = "2.0";
  expected.variables[0].required = false;
  expected.variables[0].default_value = "/tmp";
  CHECK(made == expected);
  CHECK_FALSE(files.exists("mine"));
  CHECK(files.save(made).metadata.created == Clock::start + 1h);
  CHECK(files.load_template("pattern").variables[0].required);
}

TEST_CASE_FIXTURE(Files, "instantiate: refuses defaults that the template has no place for") {
  files.save_template(pattern());
  const auto with = [&](Datum::Map defaults) {
    return std::string(thrown<InvalidArgument>([&] {
                         (void)files.instantiate("pattern", {.id = "a", .defaults = defaults});
                       }).what());
  };
  CHECK(with({{"other", 1}}) == "defaults: the template has no such variable");
  CHECK(with({{"path", 1}}) == "defaults.path: not of the variable's type");
}

}  // namespace
}  // namespace lockstep::tests
