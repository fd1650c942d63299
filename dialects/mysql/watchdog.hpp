// SPDX-License-Identifier: BSL-1.0
// Ends calls into the client library that do not come back by themselves. The library blocks in
// read(2) and its timeouts cannot be changed once it is connected, so another thread acts: it asks
// the server to end the statement and, if that does not help, shuts the socket down.
//
// Thread rule: a watch belongs to the thread of its session, except cancel(), which any thread may
// call. The threads behind it are shared by all sessions of the process; they start when the first
// watch needs them and end with the process or when the library is unloaded.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>

namespace lockstep::detail {

class MysqlWatch {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Fired : std::uint8_t { none, deadline, cancel };

  // What happens while a call runs. Without times nothing happens unless it is cancelled.
  struct Plan {
    int fd = -1;  // a socket that stays open until the watch has finished; -1: there is none
    std::optional<Clock::time_point> kill_at = {};  // when to ask the server
    std::optional<Clock::time_point> shut_at = {};  // when to shut the socket down
  };

  // `kill` asks the server to end the session's statement. It runs on a thread of the watchdog, may
  // block for a few seconds, and must not throw or touch the session.
  explicit MysqlWatch(std::function<void()> kill);
  MysqlWatch(const MysqlWatch&) = delete;
  MysqlWatch& operator=(const MysqlWatch&) = delete;
  ~MysqlWatch();

  // A call begins. Throws std::system_error if a thread is needed and cannot be had.
  void start(const Plan& plan, const std::stop_token& stop);
  // The call has come back: says what ended it. A kill that is on its way is awaited, so that it
  // cannot hit the next statement; not so if the link is lost.
  Fired finish(bool link_lost) noexcept;
  // Ends the call that is running, if there is one. Does not wait for it.
  void cancel() noexcept;

 private:
  friend class MysqlWatchdog;
  enum Phase : int { idle, running, cancelled };

  struct Stop {
    MysqlWatch* watch;
    void operator()() const noexcept { watch->cancel(); }
  };
  // Shared by the watch and the thread that runs it, because the watch may not wait for the end.
  struct Job {
    std::function<void()> kill;
    bool started = false;
    bool done = false;
  };
  using Timers = std::multimap<Clock::time_point, MysqlWatch*>;

  const std::function<void()> kill_;
  std::atomic<int> phase_ = idle;
  std::optional<std::stop_callback<Stop>> stop_;
  bool timed_ = false;  // start() has set a timer

  // The rest belongs to the watchdog's mutex while a call runs.
  Plan plan_;
  Fired fired_ = Fired::none;
  std::shared_ptr<Job> job_;
  std::optional<Timers::iterator> timer_;
};

}  // namespace lockstep::detail
