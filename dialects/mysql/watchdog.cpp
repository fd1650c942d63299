// SPDX-License-Identifier: BSL-1.0
#include "dialects/mysql/watchdog.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace lockstep::detail {
namespace {

// How long a cancelled statement may take to end before its connection is given up.
constexpr std::chrono::seconds cancel_grace{1};

// A thread that takes no signals: they are the application's.
template <typename Body>
std::thread quiet_thread(Body body) {
  sigset_t all;
  sigset_t old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  std::thread thread;
  try {
    thread = std::thread(std::move(body));
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return thread;
}

}  // namespace

// One thread shuts sockets down when their time has come; it never blocks. Another one runs the
// kills, which open connections.
class MysqlWatchdog {
 public:
  using Clock = MysqlWatch::Clock;
  using Fired = MysqlWatch::Fired;

  static MysqlWatchdog& instance() {
    static MysqlWatchdog watchdog;
    return watchdog;
  }

  ~MysqlWatchdog() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    timer_changed_.notify_all();
    job_added_.notify_all();
    if (timer_.joinable()) timer_.join();
    if (killer_.joinable()) killer_.join();
  }

  void add(MysqlWatch& watch) {
    const std::lock_guard lock(mutex_);
    set_timer(watch, watch.plan_.kill_at.value_or(*watch.plan_.shut_at));
  }

  void cancel(MysqlWatch& watch) {
    const std::lock_guard lock(mutex_);
    int expected = MysqlWatch::running;
    if (!watch.phase_.compare_exchange_strong(expected, MysqlWatch::cancelled)) return;
    watch.fired_ = Fired::cancel;
    const auto latest = Clock::now() + cancel_grace;
    watch.plan_.kill_at.reset();
    watch.plan_.shut_at = std::min(watch.plan_.shut_at.value_or(latest), latest);
    set_timer(watch, *watch.plan_.shut_at);
    add_job(watch);
  }

  Fired finish(MysqlWatch& watch, bool link_lost) {
    std::unique_lock lock(mutex_);
    if (watch.timer_) timers_.erase(*std::exchange(watch.timer_, std::nullopt));
    if (const auto job = std::exchange(watch.job_, nullptr)) {
      if (!job->started) {
        std::erase(jobs_, job);
      } else if (!link_lost) {
        job_done_.wait(lock, [&job] { return job->done; });
      }
    }
    watch.phase_.store(MysqlWatch::idle, std::memory_order_relaxed);
    return watch.fired_;
  }

 private:
  void set_timer(MysqlWatch& watch, Clock::time_point due) {
    if (!timer_.joinable()) timer_ = quiet_thread([this] { run_timers(); });
    if (watch.timer_) timers_.erase(*std::exchange(watch.timer_, std::nullopt));
    watch.timer_ = timers_.emplace(due, &watch);
    if (due < wakes_at_) timer_changed_.notify_one();
  }

  void add_job(MysqlWatch& watch) {
    if (!killer_.joinable()) killer_ = quiet_thread([this] { run_kills(); });
    watch.job_ = std::make_shared<MysqlWatch::Job>();
    watch.job_->kill = watch.kill_;
    jobs_.push_back(watch.job_);
    job_added_.notify_one();
  }

  // A timer that is taken away does not wake the thread: it sleeps until that one's time, and the
  // timers of calls that end in time, which are nearly all, cost no switch between threads.
  void run_timers() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      const auto due = timers_.empty() ? Clock::time_point::max() : timers_.begin()->first;
      if (due <= Clock::now()) {
        expire(*timers_.begin()->second);
        continue;
      }
      wakes_at_ = due;
      if (due == Clock::time_point::max()) {
        timer_changed_.wait(lock);
      } else {
        timer_changed_.wait_until(lock, due);
      }
    }
  }

  void expire(MysqlWatch& watch) {
    timers_.erase(*std::exchange(watch.timer_, std::nullopt));
    if (watch.fired_ == Fired::none) watch.fired_ = Fired::deadline;
    if (std::exchange(watch.plan_.kill_at, std::nullopt)) {
      watch.timer_ = timers_.emplace(*watch.plan_.shut_at, &watch);
      try {
        add_job(watch);
      } catch (...) {  // no thread, no memory: shutting the socket down remains
      }
    } else if (watch.plan_.fd >= 0) {
      ::shutdown(watch.plan_.fd, SHUT_RDWR);
    }
  }

  void run_kills() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      if (jobs_.empty()) {
        job_added_.wait(lock);
        continue;
      }
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job->started = true;
      lock.unlock();
      job->kill();
      lock.lock();
      job->done = true;
      job_done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable timer_changed_;
  std::condition_variable job_added_;
  std::condition_variable job_done_;
  MysqlWatch::Timers timers_;
  Clock::time_point wakes_at_ = Clock::time_point::max();  // of the thread of the timers, by itself
  std::deque<std::shared_ptr<MysqlWatch::Job>> jobs_;
  std::thread timer_;
  std::thread killer_;
  bool ending_ = false;
};

// Making the watchdog here lets it outlive every session, static ones included.
MysqlWatch::MysqlWatch(std::function<void()> kill) : kill_(std::move(kill)) {
  MysqlWatchdog::instance();
}

MysqlWatch::~MysqlWatch() { finish(true); }

void MysqlWatch::start(const Plan& plan, const std::stop_token& stop) {
  plan_ = plan;
  fired_ = Fired::none;
  timed_ = plan.shut_at.has_value();
  phase_.store(running, std::memory_order_release);
  try {
    if (timed_) MysqlWatchdog::instance().add(*this);
    if (stop.stop_possible()) stop_.emplace(stop, Stop{this});
  } catch (...) {
    finish(true);
    throw;
  }
}

MysqlWatch::Fired MysqlWatch::finish(bool link_lost) noexcept {
  stop_.reset();
  int expected = running;
  if (!timed_ && phase_.compare_exchange_strong(expected, idle)) return Fired::none;
  if (!timed_ && expected == idle) return Fired::none;
  timed_ = false;
  return MysqlWatchdog::instance().finish(*this, link_lost);
}

void MysqlWatch::cancel() noexcept {
  if (phase_.load(std::memory_order_acquire) != running) return;
  try {
    MysqlWatchdog::instance().cancel(*this);
  } catch (...) {  // no thread, no memory: the statement runs on
  }
}

}  // namespace lockstep::detail
