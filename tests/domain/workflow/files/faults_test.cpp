// SPDX-License-Identifier: BSL-1.0
// Saving when the folder cannot be written, the disk is full, or others save too.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <set>

#include "files.hpp"
#include "support/file_limit.hpp"

namespace lockstep::tests {
namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

// Without the rights of root, if it is root that runs the tests.
class Unprivileged {
 public:
  Unprivileged() : before_(::geteuid()) {
    if (before_ == 0) REQUIRE(::seteuid(nobody) == 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (before_ == 0 && ::seteuid(before_) != 0) std::terminate();
  }

 private:
  uid_t before_;
};

// The folder's files are those of the one who has no rights.
struct OwnFiles : Files {
  OwnFiles() {
    files.save(greeting());
    files.save(greeting());
    before = text_of("greet");
    if (::geteuid() != 0) return;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      REQUIRE(::chown(entry.path().c_str(), nobody, nobody) == 0);
    }
    REQUIRE(::chown(folder.path().c_str(), nobody, nobody) == 0);
  }
  // What stays as it is when something fails.
  std::string before = {};

  void check_unchanged() const {
    CHECK(text_of("greet") == before);
    CHECK(folder.files("base/workflows") == Names{"greet.yaml"});
    CHECK(folder.files("base/history/greet") == Names{"1.yaml"});
  }
};

TEST_CASE_FIXTURE(OwnFiles, "PermissionDenied: a file, a folder, the versions, the base") {
  const auto denied = [&](const std::string& path, auto&& call) {
    const fs::perms mode = fs::status(folder.path() / path).permissions();
    fs::permissions(folder.path() / path, fs::perms::owner_exec);
    {
      const Unprivileged as_nobody;
      const auto e = thrown<PermissionDenied>(call);
      CHECK(e.native_code() == EACCES);
      CHECK(std::string(e.what()).ends_with(": permission denied"));
    }
    fs::permissions(folder.path() / path, mode);
    check_unchanged();
  };
  const auto save = [&] { files.save(greeting("greet", "Other")); };
  denied("base/workflows/greet.yaml", [&] { (void)files.load("greet"); });
  denied("base/workflows/greet.yaml", save);
  denied("base/workflows", save);
  denied("base/workflows", [&] { (void)files.list(); });
  denied("base/workflows", [&] { files.remove("greet"); });
  denied("base/history/greet", save);
  denied("base/history/greet", [&] { files.remove("greet"); });
  denied("base/history/greet", [&] { (void)files.list_versions("greet"); });
  denied("base", [&] { (void)FileRepository(FileOptions{.folder = folder.path() / "base/x"}); });
}

TEST_CASE_FIXTURE(OwnFiles, "list: a file without right to read is told, the others are given") {
  put("other", "name: x\nversion: 1\n");
  fs::permissions(path_of("greet"), fs::perms::none);
  const Unprivileged as_nobody;
  const FileListing listing = files.list();
  CHECK(ids_of(listing) == Names{"other"});
  REQUIRE(listing.failures.size() == 1);
  CHECK(listing.failures[0].kind == ErrorKind::permission_denied);
}

TEST_CASE_FIXTURE(OwnFiles, "save: a folder that may be read but not written keeps the old file") {
  fs::permissions(folder.path() / "base/workflows", fs::perms(0555));
  {
    const Unprivileged as_nobody;
    CHECK_THROWS_AS(files.save(greeting("new")), PermissionDenied);
    CHECK_NOTHROW(files.save_template(greeting()));
  }
  fs::permissions(folder.path() / "base/workflows", fs::perms(0755));
  check_unchanged();
}

TEST_CASE_FIXTURE(Files, "save: no room for the new file, or for the version: the old one stays") {
  WorkflowDefinition small = greeting();
  files.save(small);
  const std::string before = text_of("greet");
  WorkflowDefinition large = greeting();
  large.description = std::string(100'000, 'x');
  {
    const FileLimit limit(10'000);
    const auto e = thrown<IoError>([&] { files.save(large); });
    CHECK(e.native_code() == EFBIG);
    CHECK_FALSE(e.server_message().empty());
    CHECK(text_of("greet") == before);
    CHECK(folder.files("base/workflows") == Names{"greet.yaml"});
  }
  files.save(large);
  const std::string grown = text_of("greet");
  const auto versions = files.list_versions("greet");
  {
    const FileLimit limit(10'000);
    CHECK_THROWS_AS(files.save(small), IoError);
    CHECK(text_of("greet") == grown);
    CHECK(files.list_versions("greet") == versions);
    CHECK(folder.files("base/history/greet").size() == versions.size());
  }
}

TEST_CASE_FIXTURE(Files, "save: failures in a row do not push the versions out") {
  FileOptions few = options();
  few.kept_versions = 2;
  open(few);
  for (const char* name : {"one", "two", "three"}) files.save(greeting("greet", name));
  WorkflowDefinition large = greeting();
  large.description = std::string(100'000, 'x');
  const FileLimit limit(10'000);
  for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(files.save(large), IoError);
  const auto versions = files.list_versions("greet");
  REQUIRE(versions.size() == 2);
  CHECK(files.load_version("greet", versions.front()).name == "two");
}

TEST_CASE_FIXTURE(Files, "Busy: another program holds the folder; readers do not wait") {
  files.save(greeting());
  FileOptions hasty = options();
  hasty.lock_timeout = 0ms;
  FileRepository other(hasty);
  const int held = ::open((folder.path() / "base/workflows").c_str(), O_RDONLY | O_DIRECTORY);
  REQUIRE(held >= 0);
  REQUIRE(::flock(held, LOCK_EX) == 0);
  CHECK_THROWS_AS(other.save(greeting()), Busy);
  CHECK_THROWS_AS(other.remove("greet"), Busy);
  CHECK(other.load("greet").name == "Greet");
  auto waiting = std::async(std::launch::async, [&] { files.save(greeting("greet", "Late")); });
  ::close(held);
  waiting.get();
  CHECK(other.load("greet").name == "Late");
}

// Names of the documents that writers save: "<writer>-<number>", with text that tells a mixture.
WorkflowDefinition numbered(int writer, int number) {
  WorkflowDefinition definition =
      greeting("greet", std::to_string(writer) + "-" + std::to_string(number));
  definition.description = std::string(20'000, static_cast<char>('a' + writer));
  return definition;
}

bool is_whole(const WorkflowDefinition& definition) {
  const int writer = definition.name.front() - '0';
  return definition.description == numbered(writer, 0).description;
}

TEST_CASE_FIXTURE(Files, "many writers: readers see whole documents, and no version is lost") {
  constexpr int writers = 4;
  constexpr int each = 15;
  FileOptions all = options();
  all.kept_versions = 1000;
  all.lock_timeout = 10min;
  open(all);
  files.save(numbered(0, 99));
  std::atomic<int> running{writers};
  std::vector<std::future<void>> work;
  for (int w = 0; w < writers; ++w) {
    work.push_back(std::async(std::launch::async, [&, w] {
      FileRepository own(all);
      for (int i = 0; i < each; ++i) own.save(numbered(w, i));
      --running;
    }));
  }
  int torn = 0;
  do {
    if (!is_whole(files.load("greet"))) ++torn;
  } while (running > 0);
  for (auto& done : work) done.get();
  CHECK(torn == 0);
  std::set<std::string> names{files.load("greet").name};
  for (const std::uint64_t number : files.list_versions("greet")) {
    names.insert(files.load_version("greet", number).name);
  }
  CHECK(names.size() == writers * each + 1);
  CHECK(folder.files("base/workflows") == Names{"greet.yaml"});
}

}  // namespace
}  // namespace lockstep::tests
