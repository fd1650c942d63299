// SPDX-License-Identifier: BSL-1.0
#include "cli/interrupt.hpp"

#include <pthread.h>

#include <csignal>

namespace lockstep::cli {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupt::Interrupt(bool cancels) : cancels_(cancels) {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  done_ = true;
  // Wakes it, where it waits for this signal.
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

void Interrupt::wait() {
  const sigset_t set = watched();
  int signal = 0;
  sigwait(&set, &signal);
  if (done_) return;
  source_.request_stop();
  if (cancels_) {
    sigwait(&set, &signal);
    if (done_) return;
    cancel_.request_stop();
  }
  sigwait(&set, &signal);
  if (done_) return;
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(signal);
}

}  // namespace lockstep::cli
