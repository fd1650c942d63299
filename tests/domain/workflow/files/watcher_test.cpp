// SPDX-License-Identifier: BSL-1.0
// What a watcher tells of changes, by this library and by others.
#include "lockstep/workflow/files/watcher.hpp"

#include <poll.h>

#include <thread>

#include "files.hpp"

namespace lockstep::tests {
namespace {

namespace fs = std::filesystem;
using enum FileChange;
using Changes = std::vector<WorkflowChange>;

constexpr auto long_enough = 60s;

struct Watched : Files {
  Watcher watcher{files};

  // What has happened so far: events are there once the call that made them has returned.
  Changes now() {
    Changes changes;
    while (auto change = watcher.next(0ms)) changes.push_back(std::move(*change));
    return changes;
  }
};

TEST_CASE_FIXTURE(Watched, "watcher: created, changed, removed; temporary files are not told") {
  CHECK(now().empty());
  files.save(greeting());
  CHECK(now() == Changes{{"greet", created}});
  files.save(greeting());
  CHECK(now() == Changes{{"greet", changed}});
  files.remove("greet");
  CHECK(now() == Changes{{"greet", removed}});
  files.restore("greet", 1);
  CHECK(now() == Changes{{"greet", created}});
  files.save_template(greeting());
  CHECK(now().empty());
}

TEST_CASE_FIXTURE(Files, "watcher: what was there before is changed, not created") {
  files.save(greeting());
  Watcher watcher(files);
  CHECK_FALSE(watcher.next(0ms).has_value());
  files.save(greeting());
  CHECK(watcher.next(0ms) == WorkflowChange{"greet", changed});
}

TEST_CASE_FIXTURE(Watched, "watcher: what other programs do") {
  put("a", "x");
  CHECK(now() == Changes{{"a", created}});
  put("a", "y");
  CHECK(now() == Changes{{"a", changed}});
  fs::rename(path_of("a"), path_of("b"));
  CHECK(now() == Changes{{"a", removed}, {"b", created}});
  fs::create_hard_link(path_of("b"), path_of("c"));
  CHECK(now() == Changes{{"c", created}});
  fs::rename(path_of("b"), folder.path() / "elsewhere");
  fs::remove(path_of("c"));
  CHECK(now() == Changes{{"b", removed}, {"c", removed}});
  fs::rename(folder.path() / "elsewhere", path_of("b"));
  CHECK(now() == Changes{{"b", created}});
}

TEST_CASE_FIXTURE(Watched, "watcher: passes over what list passes over") {
  for (const char* name : {".a.yaml", "a.yml", "a.yaml.tmp", "not an id.yaml", "nul.yaml"}) {
    folder.put(std::string("base/workflows/") + name, "x");
  }
  fs::create_directory(path_of("folder"));
  fs::create_symlink(folder.path() / "x", path_of("link"));
  CHECK(now().empty());
  put("a", "x");
  CHECK(now() == Changes{{"a", created}});
  fs::create_symlink(folder.path() / "x", folder.path() / "link");
  fs::rename(folder.path() / "link", path_of("a"));
  CHECK(now() == Changes{{"a", removed}});
}

TEST_CASE_FIXTURE(Watched, "watcher: the descriptor is readable once there is something") {
  const auto ready = [&](int milliseconds) {
    pollfd wait{watcher.descriptor(), POLLIN, 0};
    return ::poll(&wait, 1, milliseconds) == 1;
  };
  CHECK_FALSE(ready(0));
  std::thread writer([&] { files.save(greeting()); });
  CHECK(ready(60'000));
  writer.join();
  CHECK(now() == Changes{{"greet", created}});
  CHECK_FALSE(ready(0));
}

TEST_CASE_FIXTURE(Watched, "watcher: next waits for a change, until its time or a stop") {
  std::thread writer([&] { files.save(greeting()); });
  CHECK(watcher.next(long_enough) == WorkflowChange{"greet", created});
  writer.join();
  CHECK_FALSE(watcher.next(1ms).has_value());
  CHECK_FALSE(watcher.next(-1ms).has_value());
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  CHECK_FALSE(watcher.next(std::chrono::milliseconds::max(), stop.get_token()).has_value());
  stopper.join();
  CHECK_FALSE(watcher.next(long_enough, stop.get_token()).has_value());
}

TEST_CASE_FIXTURE(Watched, "watcher: events that the kernel has dropped are told as rescan") {
  std::size_t queued = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> queued;
  REQUIRE(queued > 0);
  put("a", "x");
  for (std::size_t i = 0; i < queued; ++i) {  // two events each
    fs::rename(path_of(i % 2 == 0 ? "a" : "b"), path_of(i % 2 == 0 ? "b" : "a"));
  }
  fs::remove(path_of(queued % 2 == 0 ? "a" : "b"));
  put("last", "x");
  const Changes changes = now();
  REQUIRE_FALSE(changes.empty());
  CHECK(changes.back() == WorkflowChange{"", rescan});
  put("last", "y");
  CHECK(now() == Changes{{"last", changed}});
  put("a", "x");
  CHECK(now() == Changes{{"a", created}});
}

TEST_CASE_FIXTURE(Watched, "watcher: NotFound once the folder is gone, after the last changes") {
  put("a", "x");
  fs::remove_all(folder.path() / "base/workflows");
  CHECK_THROWS_AS((void)now(), NotFound);
  CHECK_THROWS_AS((void)watcher.next(long_enough), NotFound);
}

TEST_CASE_FIXTURE(Files, "watcher: outlives its repository; needs the folder to begin") {
  auto other = std::make_unique<FileRepository>(options());
  Watcher watcher(*other);
  other.reset();
  files.save(greeting());
  CHECK(watcher.next(0ms) == WorkflowChange{"greet", created});
  Watcher moved = std::move(watcher);
  files.remove("greet");
  CHECK(moved.next(0ms) == WorkflowChange{"greet", removed});
  fs::remove_all(folder.path() / "base/workflows");
  CHECK_THROWS_AS(Watcher{files}, NotFound);
}

}  // namespace
}  // namespace lockstep::tests
