// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/peers/elsewhere.hpp"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

namespace lockstep::benchmarks {
namespace {

constexpr double least_s = 0.1;

struct Actions {
  posix_spawn_file_actions_t value;
  Actions() { posix_spawn_file_actions_init(&value); }
  ~Actions() { posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
};

pid_t spawn(std::vector<std::string> words, int end) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  Actions actions;
  posix_spawn_file_actions_adddup2(&actions.value, end, 0);
  posix_spawn_file_actions_adddup2(&actions.value, end, 1);
  pid_t pid = 0;
  const int code =
      ::posix_spawn(&pid, arguments[0], &actions.value, nullptr, arguments.data(), environ);
  if (code != 0) throw std::system_error(code, std::generic_category(), words[0]);
  return pid;
}

const char* driver_of(Engine engine) {
  return engine == Engine::sqlite ? "sqlite" : engine == Engine::mysql ? "mysql" : "postgres";
}

}  // namespace

Elsewhere::Elsewhere(std::vector<std::string> program, const Target& target) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  for (const std::string& word : {std::string(driver_of(target.engine)), target.file, target.host,
                                  target.port, target.user, target.password, target.database}) {
    program.push_back(word);
  }
  to_ = ends[0];
  from_ = ::fdopen(::dup(ends[0]), "r");
  try {
    pid_ = spawn(std::move(program), ends[1]);
  } catch (...) {
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
  const std::string line = nlohmann::json(target.settings).dump() + "\n";
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t sent = ::send(to_, line.data() + at, line.size() - at, MSG_NOSIGNAL);
    if (sent < 0) throw std::system_error(errno, std::generic_category(), "peers: settings");
    at += static_cast<std::size_t>(sent);
  }
}

Elsewhere::~Elsewhere() {
  ::shutdown(to_, SHUT_RDWR);  // it reads the end of its input
  ::close(to_);
  std::fclose(from_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

Elsewhere::Answer Elsewhere::ask(const std::string& workload, int iterations, bool check) {
  const std::string line =
      workload + " " + std::to_string(iterations) + (check ? " 1" : " 0") + "\n";
  if (::send(to_, line.data(), line.size(), MSG_NOSIGNAL) < 0) {
    throw std::system_error(errno, std::generic_category(), "peers: " + workload);
  }
  std::array<char, 1024> text{};
  if (std::fgets(text.data(), text.size(), from_) == nullptr) {
    throw std::runtime_error("peers: the program has ended, see above");
  }
  Answer answer;
  long long count = 0;
  unsigned long long checksum = 0;
  if (std::sscanf(text.data(), "%lf %lf %lld %llu", &answer.taken.real, &answer.taken.cpu, &count,
                  &checksum) != 4) {
    throw std::runtime_error(text.data());
  }
  answer.total = {.count = count, .checksum = checksum};
  return answer;
}

Seconds Elsewhere::time(const std::string& workload, const Total& expected) {
  int& iterations = iterations_[workload];
  if (iterations == 0) {
    const Answer first = ask(workload, 1, true);
    if (first.total != expected) throw std::runtime_error("wrong answer: the rows of " + workload);
    const double one = std::max(ask(workload, 1, false).taken.real, 1e-6);
    iterations = static_cast<int>(std::max(1.0, std::min(least_s / one, 1e5)));
  }
  const Seconds taken = ask(workload, iterations, false).taken;
  return {.real = taken.real / iterations, .cpu = taken.cpu / iterations};
}

}  // namespace lockstep::benchmarks
