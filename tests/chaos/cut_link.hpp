// SPDX-License-Identifier: BSL-1.0
// A way to a MySQL server that ends, with the process that uses it, at one of its commands.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>
#include <thread>

namespace lockstep::chaos {

// Where the process dies, seen from a command that it sends.
enum class Cut : std::uint8_t {
  before,  // the server never hears of the command
  during,  // the server has the command, and nobody waits for it
  after,   // the server has answered, and nobody has read it
};

// Commands are counted from 1 over all connections of one process after the other.
class CutLink {
 public:
  // `url` names the server as tests/servers does.
  explicit CutLink(const std::string& url);
  CutLink(const CutLink&) = delete;
  CutLink& operator=(const CutLink&) = delete;
  ~CutLink();

  // The same database through this link.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  // From here on: counts anew, and ends at this command; 0: at none.
  void arm(int command, Cut cut) noexcept;
  // The process that is ended by SIGKILL then.
  void victim(pid_t pid) noexcept { victim_ = pid; }
  [[nodiscard]] int commands() const noexcept { return count_; }

 private:
  void serve();
  void relay(int client);
  [[nodiscard]] bool pass_on(int client, int server);
  [[nodiscard]] bool send_command(std::string& pending, int server);
  void kill_victim() const;

  std::string url_;
  int server_port_;
  int listener_;
  std::atomic<int> count_{0};
  std::atomic<int> last_{0};
  std::atomic<Cut> cut_{Cut::before};
  std::atomic<pid_t> victim_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace lockstep::chaos
