// SPDX-License-Identifier: BSL-1.0
#include "chaos/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace lockstep::chaos {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(what + ": " + std::generic_category().message(error));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Where the output of a program goes: file descriptors of this process.
struct Streams {
  int out;
  int err;
};

pid_t spawn(Command command, const std::vector<std::string>& extra, Streams streams) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  environment.insert(environment.begin(), extra.begin(), extra.end());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, streams.out, 1);
  posix_spawn_file_actions_adddup2(&actions, streams.err, 2);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, command.front().c_str(), &actions, nullptr,
                                 pointers(command).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail("cannot run " + command.front(), error);
  return pid;
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::string servers_folder() {
  const char* const folder = std::getenv("LOCKSTEP_TEST_SERVERS");
  if (folder == nullptr) throw std::runtime_error("no LOCKSTEP_TEST_SERVERS: use ./chaos");
  return folder;
}

int exit_code(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

// What goes wrong is written to a file without a name: a second pipe would have to be read too.
std::string output_of(const Command& command, const std::vector<std::string>& extra) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) fail("pipe", errno);
  const int errors = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (errors < 0) fail("/tmp", errno);
  std::string text;
  int code = 0;
  try {
    const pid_t pid = spawn(command, extra, {pipe_ends[1], errors});
    close(std::exchange(pipe_ends[1], -1));
    text = read_all(pipe_ends[0]);
    code = exit_code(pid);
  } catch (...) {
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    close(errors);
    throw;
  }
  close(pipe_ends[0]);
  lseek(errors, 0, SEEK_SET);
  const std::string complaint = read_all(errors);
  close(errors);
  if (code == 0) return text;
  throw std::runtime_error(
      command.front() + " exits with " + std::to_string(code) + ": " +
      complaint.substr(complaint.size() - std::min<std::size_t>(complaint.size(), 500)));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<long long> numbers_of(std::string_view text) {
  std::vector<long long> numbers;
  for (const std::string_view line : lines_of(text)) {
    const char* const end = line.data() + line.size();
    if (std::from_chars(line.data(), end, numbers.emplace_back()).ptr != end || line.empty()) {
      throw std::runtime_error("not a number: " + std::string(line));
    }
  }
  return numbers;
}

Background::Background(const Command& command, const std::string& log) {
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) fail(log, errno);
  Command mortal{"setpriv", "--pdeathsig", "TERM"};
  mortal.insert(mortal.end(), command.begin(), command.end());
  try {
    pid_ = spawn(mortal, {}, {fd, fd});
  } catch (...) {
    close(fd);
    throw;
  }
  close(fd);
}

Background::~Background() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  for (int i = 0; i < 500 && running(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Background::running() {
  if (pid_ >= 0 && waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
  return pid_ >= 0;
}

Scratch::Scratch() : path_(servers_folder() + "/chaos.XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) fail(path_, errno);
  chmod(path_.c_str(), 0711);
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Scratch::file(std::string_view name) const { return path_ + "/" + std::string(name); }

}  // namespace lockstep::chaos
