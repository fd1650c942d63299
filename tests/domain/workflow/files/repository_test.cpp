// SPDX-License-Identifier: BSL-1.0
// Saving, loading, listing and removing.
#include <sys/stat.h>

#include "files.hpp"

namespace lockstep::tests {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

TEST_CASE_FIXTURE(Files, "save: what it returns is what load gives, times set") {
  const WorkflowDefinition saved = files.save(greeting());
  CHECK(saved == files.load("greet"));
  WorkflowDefinition expected = greeting();
  expected.metadata.created = Clock::start;
  expected.metadata.last_modified = Clock::start;
  CHECK(saved == expected);
  clock.advance(1s);
  const WorkflowDefinition again = files.save(saved);
  CHECK(again.metadata.created == Clock::start);
  CHECK(again.metadata.last_modified == Clock::start + 1s);
}

TEST_CASE_FIXTURE(Files, "save: everything that a workflow can have comes back") {
  WorkflowDefinition all = everything();
  CHECK(validate(all).empty());
  const WorkflowDefinition saved = files.save(all);
  all.metadata.last_modified = Clock::start;
  CHECK(saved == all);
  CHECK(files.load("all") == all);
}

TEST_CASE_FIXTURE(Files, "save: modes and folders; nothing is left beside the file") {
  files.save(greeting());
  for (const char* path : {"base", "base/workflows", "base/templates"}) {
    CHECK(mode_of(folder.path() / path) == 0755);
  }
  CHECK(mode_of(path_of("greet")) == 0644);
  CHECK(::chmod(path_of("greet").c_str(), 0600) == 0);
  files.save(greeting());
  CHECK(mode_of(path_of("greet")) == 0600);
  CHECK(mode_of(folder.path() / "base/history/greet/1.yaml") == 0600);
  CHECK(folder.files("base/workflows") == Names{"greet.yaml"});
}

TEST_CASE_FIXTURE(Files, "FileRepository: makes its folder with the parents; refuses no name") {
  Folder other;
  const FileRepository made({.folder = other.path() / "a" / "b"});
  CHECK(made.list().workflows.empty());
  CHECK(mode_of(other.path() / "a") == 0755);
  CHECK_THROWS_AS(FileRepository({.folder = ""}), InvalidArgument);
  other.put("file", "x");
  CHECK_THROWS_AS(FileRepository({.folder = other.path() / "file"}), InvalidData);
  CHECK_THROWS_AS(FileRepository({.folder = other.path() / "file" / "below"}), InvalidData);
}

TEST_CASE_FIXTURE(Files, "save: without overwrite an existing workflow is AlreadyExists") {
  files.save(greeting(), {.overwrite = false});
  const std::string before = text_of("greet");
  CHECK_THROWS_AS(files.save(greeting("greet", "Other"), {.overwrite = false}), AlreadyExists);
  CHECK(text_of("greet") == before);
  CHECK(files.list_versions("greet").empty());
}

TEST_CASE_FIXTURE(Files, "save: refuses what is not valid, with all problems; or not, if told") {
  WorkflowDefinition broken = greeting();
  broken.name.clear();
  broken.edges[0].to = "nowhere";
  const auto e = thrown<InvalidArgument>([&] { files.save(broken); });
  CHECK(std::string(e.what()) ==
        "name: missing; edges[0].to: no such node; nodes[1]: cannot be reached from the start");
  CHECK_FALSE(files.exists("greet"));
  broken.name = "Broken";
  CHECK(files.save(broken, {.validate = false}).edges[0].to == "nowhere");
}

TEST_CASE_FIXTURE(Files, "save: what could not be read back is InvalidArgument, validated or not") {
  const auto refused = [&](auto&& change) {
    WorkflowDefinition broken = everything();
    change(broken);
    const auto e = thrown<InvalidArgument>([&] { files.save(broken, {.validate = false}); });
    CHECK_FALSE(files.exists("all"));
    CHECK(folder.files("base/workflows").empty());
    return std::string(e.what());
  };
  CHECK(refused([](auto& d) { d.version.clear(); }).ends_with("version: missing"));
  CHECK(refused([](auto& d) {
          std::get<ToolNode>(d.nodes[1].work).output.clear();
        }).ends_with("nodes[1].output: missing"));
  CHECK(refused([](auto& d) { d.name = std::string("a\0b", 3); }).ends_with("NUL byte in a text"));
  CHECK(refused([](auto& d) { d.name = "a\xFF"; }).ends_with("text is not valid UTF-8"));
  CHECK(refused([](auto& d) { d.extra["id"] = 1; }) == "extra: a key that the format has");
  CHECK(refused([](auto& d) { d.nodes[1].extra["output"] = 1; }) ==
        "extra: a key that the format has");
  CHECK(refused([](auto& d) { d.extra[std::string(256, 'k')] = 1; }) ==
        "a key of more than 255 bytes");
  CHECK(refused([](auto& d) { d.extra["x"] = std::numeric_limits<double>::infinity(); }) ==
        "a number that is not finite");
  CHECK(refused([](auto& d) { d.metadata.created = Timestamp::max(); }).starts_with("metadata: "));
  CHECK(refused([](auto& d) {
          d.description = std::string(5 << 20, 'x');
        }).ends_with("larger than the limit"));
}

TEST_CASE_FIXTURE(Files, "load: NotFound without a file, find is empty, exists is false") {
  const auto e = thrown<NotFound>([&] { (void)files.load("none"); });
  CHECK(std::string(e.what()) == "none.yaml: not found");
  CHECK_FALSE(files.find("none").has_value());
  CHECK_FALSE(files.exists("none"));
  files.save(greeting());
  CHECK(files.find("greet")->name == "Greet");
  CHECK(files.exists("greet"));
}

TEST_CASE_FIXTURE(Files, "load: the id in the file is that of its name, or is not there") {
  files.save(greeting());
  std::string text = text_of("greet");
  put("other", text);
  const auto e = thrown<InvalidData>([&] { (void)files.load("other"); });
  CHECK(std::string(e.what()) == "other.yaml: the id in it is not that of its name");
  REQUIRE(text.starts_with("id: greet\n"));
  put("third", text.substr(text.find('\n') + 1));
  CHECK(files.load("third").id == "third");
}

TEST_CASE_FIXTURE(Files, "list: by id; files that are none are told, others are passed over") {
  for (const char* id : {"b", "a-b", "a", "B", "a.b"}) files.save(greeting(id));
  put("broken", "name: [");
  put("not an id", "name: x");
  for (const char* name : {".hidden.yaml", "notes.txt", "c.yml", "d.yaml.tmp", ".b.yaml.12.tmp"}) {
    folder.put(std::string("base/workflows/") + name, "x");
  }
  std::filesystem::create_directory(path_of("folder"));
  std::filesystem::create_symlink(path_of("a"), path_of("link"));
  const FileListing listing = files.list();
  CHECK(ids_of(listing) == Names{"B", "a", "a-b", "a.b", "b"});
  REQUIRE(listing.failures.size() == 2);
  CHECK(listing.failures[0].file == "broken.yaml");
  CHECK(listing.failures[0].kind == ErrorKind::invalid_data);
  CHECK(listing.failures[0].message.starts_with("broken.yaml:"));
  CHECK(listing.failures[1].file == "not an id.yaml");
}

TEST_CASE_FIXTURE(Files, "find_by_name: the first by id, or nothing; load_by_name is NotFound") {
  files.save(greeting("b", "Same"));
  files.save(greeting("a", "Same"));
  put("0", "name: [");
  CHECK(files.find_by_name("Same")->id == "a");
  CHECK(files.load_by_name("Same").id == "a");
  CHECK_FALSE(files.find_by_name("same").has_value());
  CHECK_THROWS_AS((void)files.load_by_name("same"), NotFound);
}

TEST_CASE_FIXTURE(Files, "remove: the file is gone; NotFound without one") {
  files.save(greeting());
  files.remove("greet");
  CHECK_FALSE(files.exists("greet"));
  CHECK_THROWS_AS(files.remove("greet"), NotFound);
  CHECK(files.list().workflows.empty());
}

TEST_CASE_FIXTURE(Files,
                  "a folder that was removed: NotFound, an empty list; save makes it again") {
  std::filesystem::remove_all(folder.path() / "base/workflows");
  CHECK_THROWS_AS((void)files.load("greet"), NotFound);
  CHECK_FALSE(files.exists("greet"));
  CHECK(files.list().workflows.empty());
  files.save(greeting());
  CHECK(files.exists("greet"));
}

}  // namespace
}  // namespace lockstep::tests
