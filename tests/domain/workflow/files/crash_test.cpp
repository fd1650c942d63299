// SPDX-License-Identifier: BSL-1.0
// Every step of a save, and what is left if it is the last one or fails. The functions by which a
// file is made durable are defined here, before those of the C library, and do what those do.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.hpp"

namespace lockstep::tests {
namespace {

namespace fs = std::filesystem;

// What happens at the step of that number, from 1.
enum class Fate : std::uint8_t { goes_on, fails, dies_before, dies_after };

struct Script {
  int at = 0;  // 0: none
  Fate fate = Fate::goes_on;
  int taken = 0;
  std::vector<std::string> steps = {};
};
Script script;
std::atomic<bool> is_watched{false};  // by a test of one thread

// Runs one call as the script says.
template <class Call>
int step(const std::string& what, Call&& call) {
  if (!is_watched) return call();
  script.steps.push_back(what);
  const Fate fate = ++script.taken == script.at ? script.fate : Fate::goes_on;
  if (fate == Fate::dies_before) ::_exit(1);
  if (fate == Fate::fails) {
    errno = EIO;
    return -1;
  }
  const int result = call();
  if (fate == Fate::dies_after) ::_exit(1);
  return result;
}

// The last part of a path, without the random digits of a temporary file.
std::string plain(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  if (name.ends_with(".tmp")) name = name.substr(0, name.size() - 20) + "tmp";
  return name;
}

std::string name_of(int fd) {
  return plain(fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).string());
}

// A workflow that tells by its text whether it is whole.
WorkflowDefinition version(const std::string& name) {
  WorkflowDefinition definition = greeting("greet", name);
  definition.description = name + std::string(10'000, 'x');
  return definition;
}
bool is_whole(const WorkflowDefinition& definition) {
  return definition.description == version(definition.name).description;
}

struct Steps : Files {
  Steps() {
    files.save(version("first"));
    files.save(version("old"));
    script = {};
    is_watched = true;
  }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  ~Steps() { is_watched = false; }

  void check_sound(const std::string& expected) {
    const WorkflowDefinition now = files.load("greet");
    CHECK(is_whole(now));
    CHECK(now.name == expected);
    for (const std::uint64_t number : files.list_versions("greet")) {
      CHECK(is_whole(files.load_version("greet", number)));
    }
    CHECK(files.load_version("greet", 1).name == "first");
  }
  void check_nothing_left() const {
    CHECK(folder.files("base/workflows") == Names{"greet.yaml"});
    for (const std::string& file : folder.files("base/history/greet")) CHECK(file[0] != '.');
  }
};

TEST_CASE_FIXTURE(Steps, "save: synced before it is renamed, the folder after; the version first") {
  files.save(version("new"));
  CHECK(script.steps == Names{"sync .2.yaml.tmp", "rename .2.yaml.tmp 2.yaml", "sync greet",
                              "sync .greet.yaml.tmp", "rename .greet.yaml.tmp greet.yaml",
                              "sync workflows"});
}

TEST_CASE_FIXTURE(Steps, "remove: renamed into the versions, both folders synced") {
  files.remove("greet");
  CHECK(script.steps == Names{"rename greet.yaml 2.yaml", "sync greet", "sync workflows"});
}

constexpr int steps_of_save = 6;

TEST_CASE("save: an error at any step; nothing is left, and the next one succeeds") {
  for (int at = 1; at <= steps_of_save; ++at) {
    CAPTURE(at);
    Steps steps;
    script = {.at = at, .fate = Fate::fails};
    const auto e = thrown<IoError>([&] { steps.files.save(version("new")); });
    CHECK(e.native_code() == EIO);
    CHECK(script.taken == at);
    script = {};
    steps.check_sound(at == steps_of_save ? "new" : "old");  // the last syncs the folder
    steps.check_nothing_left();
    steps.files.save(version("next"));
    steps.check_sound("next");
  }
}

// Saves "new" in a process that ends at a step.
void save_and_die(Steps& steps, int at, Fate fate) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    script = {.at = at, .fate = fate};
    steps.files.save(version("new"));
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 1);
}

TEST_CASE("save: a writer that dies before or after any step; the next one cleans up") {
  for (const Fate fate : {Fate::dies_before, Fate::dies_after}) {
    for (int at = 1; at <= steps_of_save; ++at) {
      CAPTURE(at);
      Steps steps;
      save_and_die(steps, at, fate);
      const bool is_renamed = at == 6 || (at == 5 && fate == Fate::dies_after);
      steps.check_sound(is_renamed ? "new" : "old");
      steps.files.save(version("next"));
      steps.check_sound("next");
      steps.check_nothing_left();
    }
  }
}

}  // namespace
}  // namespace lockstep::tests

extern "C" int fsync(int fd) {
  using namespace lockstep::tests;
  return step("sync " + name_of(fd), [&] { return static_cast<int>(::syscall(SYS_fsync, fd)); });
}

extern "C" int renameat(int from, const char* old_name, int to, const char* new_name) noexcept {
  using namespace lockstep::tests;
  return step("rename " + plain(old_name) + " " + plain(new_name), [&] {
    return static_cast<int>(::syscall(SYS_renameat, from, old_name, to, new_name));
  });
}
