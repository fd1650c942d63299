// SPDX-License-Identifier: BSL-1.0
// Names and files that are laid out to lead somewhere else: refused, with nothing touched.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.hpp"

namespace lockstep::tests {
namespace {

namespace fs = std::filesystem;

// All that is below a folder, with the contents of files and the targets of links.
std::map<std::string, std::string> snapshot(const Folder& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    const std::string name = fs::relative(entry.path(), folder.path()).string();
    if (entry.is_symlink()) {
      all[name] = "-> " + fs::read_symlink(entry.path()).string();
    } else {
      all[name] = entry.is_regular_file() ? folder.text(name) : "other";
    }
  }
  return all;
}

// Runs each operation that takes an id, and expects an E from each of them.
template <class E>
void check_all_refuse(FileRepository& files, const std::string& id) {
  CHECK_THROWS_AS(files.save(greeting(id), {.validate = false}), E);
  CHECK_THROWS_AS((void)files.load(id), E);
  CHECK_THROWS_AS((void)files.find(id), E);
  CHECK_THROWS_AS(files.remove(id), E);
}

TEST_CASE_FIXTURE(Files, "an id that is no name of a file is refused, with nothing touched") {
  folder.put("base/outside.yaml", "outside");
  folder.put("x.yaml", "outside");
  const std::string absolute = (folder.path() / "x").string();
  for (const std::string& id : {std::string(),
                                std::string("."),
                                std::string(".."),
                                std::string("../outside"),
                                std::string("../../x"),
                                std::string("..\\..\\x"),
                                std::string("..\\../x"),
                                std::string("a/../../outside"),
                                absolute,
                                std::string("/etc/passwd"),
                                std::string("C:\\x"),
                                std::string("C:x"),
                                std::string("\\\\host\\share"),
                                std::string("\\\\?\\C:\\x"),
                                std::string("con"),
                                std::string("CON"),
                                std::string("PRN.x"),
                                std::string("nul"),
                                std::string("aux.yaml"),
                                std::string("com1"),
                                std::string("LPT9.a"),
                                std::string("a\0b", 3),
                                std::string("a\n"),
                                std::string(" a"),
                                std::string("a "),
                                std::string("%2e%2e%2fx"),
                                std::string(".hidden"),
                                std::string("-a"),
                                std::string("_a"),
                                std::string("a*"),
                                std::string("\xC3\xA9"),
                                std::string(201, 'a'),
                                std::string(2000, 'a')}) {
    CAPTURE(id);
    const auto before = snapshot(folder);
    check_all_refuse<InvalidArgument>(files, id);
    CHECK_THROWS_AS((void)files.exists(id), InvalidArgument);
    CHECK_THROWS_AS((void)files.list_versions(id), InvalidArgument);
    CHECK_THROWS_AS((void)files.load_version(id, 1), InvalidArgument);
    CHECK_THROWS_AS(files.restore(id, 1), InvalidArgument);
    CHECK_THROWS_AS(files.save_template(greeting(id)), InvalidArgument);
    CHECK_THROWS_AS((void)files.load_template(id), InvalidArgument);
    CHECK_THROWS_AS(files.remove_template(id), InvalidArgument);
    CHECK_THROWS_AS((void)files.instantiate("t", {.id = id}), InvalidArgument);
    CHECK(snapshot(folder) == before);
  }
}

TEST_CASE_FIXTURE(Files, "ids at the edge of what is allowed") {
  for (const std::string& id :
       {std::string("a"), std::string("0"), std::string("a..b"), std::string("console"),
        std::string("com0"), std::string("com10"), std::string("A-b_c.d"), std::string(200, 'a')}) {
    CAPTURE(id);
    CHECK(files.save(greeting(id)).id == id);
    CHECK(files.load(id).id == id);
    files.remove(id);
  }
}

TEST_CASE_FIXTURE(Files, "a link in the place of a file: nothing follows it, nothing removes it") {
  folder.put("outside.yaml", "id: link\nname: x\nversion: 1\n");
  for (const char* target : {"outside.yaml", "nothing.yaml"}) {
    CAPTURE(target);
    fs::create_symlink(folder.path() / target, path_of("link"));
    const auto before = snapshot(folder);
    check_all_refuse<InvalidData>(files, "link");
    CHECK_FALSE(files.exists("link"));
    CHECK(files.list().workflows.empty());
    CHECK(snapshot(folder) == before);
    fs::remove(path_of("link"));
  }
}

TEST_CASE_FIXTURE(Files, "a folder, a pipe or a socket in the place of a file") {
  fs::create_directory(path_of("folder"));
  REQUIRE(::mkfifo(path_of("pipe").c_str(), 0644) == 0);
  const auto before = snapshot(folder);
  for (const char* id : {"folder", "pipe"}) {
    CAPTURE(id);
    check_all_refuse<InvalidData>(files, id);
  }
  CHECK(snapshot(folder) == before);
}

TEST_CASE_FIXTURE(Files, "a link in the place of a folder is not followed") {
  fs::create_directory(folder.path() / "elsewhere");
  folder.put("elsewhere/greet.yaml", "id: greet\nname: x\nversion: 1\n");
  folder.put("elsewhere/1.yaml", "id: greet\nname: x\nversion: 1\n");
  files.save(greeting());
  files.save(greeting());
  const auto exchange = [&](const std::string& name) {
    fs::remove_all(folder.path() / name);
    fs::create_directory_symlink(folder.path() / "elsewhere", folder.path() / name);
  };
  exchange("base/history/greet");
  auto before = snapshot(folder);
  CHECK_THROWS_AS((void)files.list_versions("greet"), InvalidData);
  CHECK_THROWS_AS((void)files.load_version("greet", 1), InvalidData);
  CHECK_THROWS_AS(files.save(greeting()), InvalidData);
  CHECK_THROWS_AS(files.remove("greet"), InvalidData);
  CHECK(snapshot(folder) == before);
  exchange("base/workflows");
  exchange("base/templates");
  before = snapshot(folder);
  check_all_refuse<InvalidData>(files, "greet");
  CHECK_THROWS_AS((void)files.list(), InvalidData);
  CHECK_THROWS_AS(files.save_template(greeting()), InvalidData);
  CHECK_THROWS_AS(files.remove_template("greet"), InvalidData);
  CHECK_THROWS_AS(FileRepository{options()}, InvalidData);
  CHECK(snapshot(folder) == before);
}

TEST_CASE_FIXTURE(Files, "a link among the versions is not read, and not overwritten") {
  folder.put("outside.yaml", "id: greet\nname: x\nversion: 1\n");
  files.save(greeting());
  fs::create_directories(folder.path() / "base/history/greet");
  fs::create_symlink(folder.path() / "outside.yaml", folder.path() / "base/history/greet/1.yaml");
  const auto before = snapshot(folder);
  CHECK_THROWS_AS((void)files.load_version("greet", 1), InvalidData);
  CHECK_THROWS_AS(files.save(greeting()), InvalidData);
  CHECK(snapshot(folder) == before);
}

TEST_CASE_FIXTURE(Files, "planted temporary files are neither written through nor trusted") {
  folder.put("outside", "outside");
  for (const char* name : {"greet.yaml.tmp", ".greet.yaml.tmp", ".greet.yaml"}) {
    fs::create_symlink(folder.path() / "outside", folder.path() / "base/workflows" / name);
  }
  // As ours would be called, but a link: it stays.
  const std::string ours = "base/workflows/.greet.yaml.0123456789abcdef.tmp";
  fs::create_symlink(folder.path() / "outside", folder.path() / ours);
  files.save(greeting());
  CHECK(folder.text("outside") == "outside");
  CHECK(files.load("greet").name == "Greet");
  CHECK(fs::is_symlink(folder.path() / ours));
}

TEST_CASE_FIXTURE(Files, "what a killed writer has left is removed by the next; other files stay") {
  files.save(greeting());
  const std::string at = "base/workflows/";
  folder.put(at + ".greet.yaml.0123456789abcdef.tmp", "half");
  folder.put(at + ".other.yaml.0123456789abcdef.tmp", "half");
  folder.put(at + ".greet.yaml.0123456789ABCDEF.tmp", "not ours");
  folder.put(at + ".0123456789abcdef.tmp", "not ours");
  CHECK(ids_of(files.list()) == Names{"greet"});
  files.save(greeting());
  CHECK(folder.files(at) ==
        Names{".0123456789abcdef.tmp", ".greet.yaml.0123456789ABCDEF.tmp", "greet.yaml"});
}

}  // namespace
}  // namespace lockstep::tests
