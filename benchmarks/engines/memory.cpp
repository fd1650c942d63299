// SPDX-License-Identifier: BSL-1.0
// How much memory reading a million rows takes: a process of its own says how far its resident
// memory rose above where it stood when the connection was open and had answered once.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int rows = 1'000'000;

// "VmHWM:    1234 kB" of /proc/self/status.
double bytes_of(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stod(line.substr(field.size())) * 1024;
  }
  throw std::runtime_error("/proc/self/status without " + field);
}

class Rise {
 public:
  Rise() : before_(bytes_of("VmRSS:")) {
    std::ofstream reset("/proc/self/clear_refs");  // VmHWM starts from here
    if (!(reset << "5" << std::flush)) throw std::runtime_error("/proc/self/clear_refs");
  }
  [[nodiscard]] double bytes() const { return bytes_of("VmHWM:") - before_; }

 private:
  double before_;
};

double rise_of_vector() {
  const Rise rise;
  const std::vector<Job> jobs = jobs_of(rows);
  return jobs.size() == rows ? rise.bytes() : 0;
}

double rise_of_list(Side& side) {
  const Rise rise;
  expect(side.list().size() == rows, "the number of jobs");
  return rise.bytes();
}

double rise_of_stream(Side& side) {
  const Rise rise;
  int found = 0;
  side.stream([&](const Job&) { ++found; });
  expect(found == rows, "the number of jobs");
  return rise.bytes();
}

double rise_on(const Contest& contest, const std::string& what, const std::string& url) {
  if (what == "vector") return rise_of_vector();
  std::optional<Database> db;
  std::unique_ptr<Side> side;
  if (what.ends_with("/raw")) {
    side = contest.raw(url);
  } else {
    db.emplace(Database::open(url, {.max_open_connections = 1}));
    side = lockstep_side(*db);
  }
  expect(side->get(job_id(1)) == job_of(1), "a job");
  return what.starts_with("list") ? rise_of_list(*side) : rise_of_stream(*side);
}

// Runs this program anew, and reads the number that it prints.
double in_a_process(const std::string& engine, const std::string& what, const std::string& url) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::execl("/proc/self/exe", "engines_benchmarks", "--memory", engine.c_str(), what.c_str(),
            url.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(pipe[1]);
  std::string text(64, '\0');
  const ssize_t size = ::read(pipe[0], text.data(), text.size() - 1);
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (size <= 0 || status != 0) throw std::runtime_error("the process that measures memory failed");
  return std::stod(text);
}

}  // namespace

void add_memory(Suite& suite, const Contest& contest) {
  const auto on = [&](const std::string& what, bool row, std::optional<double> limit) {
    suite.cases.push_back({.engine = contest.engine,
                           .what = what,
                           .row = row,
                           .bytes =
                               [contest, what] {
                                 const std::string& url = contest.arena(rows, false).url();
                                 const std::size_t colon = what.find(": ");
                                 return in_a_process(contest.engine, what.substr(colon + 2), url);
                               },
                           .limit_bytes = limit});
  };
  const std::string memory = "memory of 1,000,000 rows: ";
  on(memory + "vector", false, {});
  on(memory + "list/raw", false, {});
  on(memory + "list/lockstep", false, {});
  on(memory + "stream/raw", true, {});
  on(memory + "stream/lockstep", true, 32e6);
  const auto against = [&](const char* what, const char* other, std::optional<double> at_most) {
    suite.ratios.push_back({.engine = contest.engine,
                            .what = memory + what,
                            .slow = memory + "list/lockstep",
                            .fast = memory + other,
                            .at_most = at_most,
                            .stretch = contest.engine == "PostgreSQL"});
  };
  against("list, against the vector", "vector", 1.1);
  against("list", "list/raw", {});
}

int run_memory(int argc, char** argv, const std::vector<Contest>& contests) {
  try {
    if (argc != 5) throw std::runtime_error("--memory ENGINE WHAT URL");
    for (const Contest& contest : contests) {
      if (contest.engine == argv[2]) std::printf("%.0f\n", rise_on(contest, argv[3], argv[4]));
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s/%s: %s\n", argv[2], argv[3], e.what());
    return 2;
  }
}

}  // namespace lockstep::benchmarks
