// SPDX-License-Identifier: BSL-1.0
// The way to the server and back: one loop around poll(2) that ends at a result, a deadline or a stop
// token, where libpq's own would wait for ever. libpq's asynchronous functions:
// https://www.postgresql.org/docs/15/libpq-async.html
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <thread>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

// How long a statement that was told to end may take to do so; its caller waits so long beyond the
// deadline.
constexpr milliseconds cancel_grace{150};
// The same for a result that is thrown away half-read: what is on its way has to be read.
constexpr milliseconds abandon_grace{2000};
// How often an encrypted connection is looked at without a sign from poll(2).
constexpr int encrypted_slice_ms = 250;

// What an idle socket takes in one go. A longer message could block in send(2), out of our reach,
// when the server does not read.
constexpr std::size_t surely_sent = 4096;

struct CancelFree {
  void operator()(pg_cancel* cancel) const noexcept { PQfreeCancel(cancel); }
};

// Rounded up: waking before the limit would only mean to wait again.
int ms_until(PgLink::Clock::time_point limit, PgLink::Clock::time_point now) {
  if (limit <= now) return 0;
  const auto ms = std::chrono::ceil<milliseconds>(limit - now).count();
  return static_cast<int>(std::min<milliseconds::rep>(ms, std::numeric_limits<int>::max()));
}

// Asks the server to end what `connection` runs. PQcancel connects anew and blocks until the server
// answers, which a frozen server never does: so it runs in a thread that may be left behind, and
// which owns all that it uses.
std::future<void> cancel_aside(pg_conn* connection) noexcept {
  try {
    std::unique_ptr<pg_cancel, CancelFree> cancel(PQgetCancel(connection));
    if (cancel == nullptr) return {};
    std::packaged_task<void()> task([cancel = std::move(cancel)] {
      std::array<char, 256> text{};
      PQcancel(cancel.get(), text.data(), static_cast<int>(text.size()));
    });
    std::future<void> done = task.get_future();
    std::thread(std::move(task)).detach();
    return done;
  } catch (const std::exception&) {
    return {};  // no memory or no thread: the socket will be shut down instead
  }
}

NativeError interruption_error(NativeError::Interruption why) {
  NativeError error;
  error.sqlstate = "57014";
  error.message = "the statement was not sent, or not to its end";
  error.interruption = why;
  return error;
}

bool is_copy(const pg_result* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

bool is_error(const pg_result* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

}  // namespace

void PgClear::operator()(pg_result* result) const noexcept { PQclear(result); }

void PgLink::Wake::operator()() const noexcept { eventfd_write(fd, 1); }

PgLink::PgLink(pg_conn* connection, std::function<void(std::string_view)> warning)
    : connection_(connection),
      warning_(std::move(warning)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      encrypted_(PQsslInUse(connection) != 0 || PQgssEncInUse(connection) != 0) {
  if (wake_ < 0) {
    NativeError error;
    error.message = "eventfd: " + std::generic_category().message(errno);
    error.connecting = true;
    throw error;
  }
  PQsetNoticeReceiver(connection_, &PgLink::notice, this);
}

PgLink::~PgLink() {
  on_stop_.reset();
  close(wake_);
}

// Warnings are passed on, and notices to whom they were promised; a FATAL that comes while nothing
// runs says that the server is about to close.
void PgLink::notice(void* self, const pg_result* result) {
  auto& link = *static_cast<PgLink*>(self);
  const char* const severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* const message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (severity == nullptr) return;
  const std::string_view text = severity;
  if (text == "FATAL" || text == "PANIC") link.doomed_ = true;
  if (message == nullptr) return;
  try {
    if (link.told_) {
      std::string line(text);
      for (char& c : line) c = static_cast<char>(c | 0x20);  // NOTICE, INFO, WARNING
      link.told_(line + ": " + message);
    } else if (text == "WARNING" && link.warning_) {
      link.warning_("postgres: warning of the server: " + std::string(message));
    }
  } catch (const std::bad_alloc&) {  // libpq is between us and the caller
  }
}

bool PgLink::lost() const noexcept { return lost_ || PQstatus(connection_) != CONNECTION_OK; }

void PgLink::limit(const Limits& limits) {
  on_stop_.reset();
  limits_ = limits;
  if (limits_.stop.stop_possible()) on_stop_.emplace(limits_.stop, Wake{wake_});
}

milliseconds PgLink::time_left(milliseconds most) const noexcept {
  if (!limits_.deadline) return most;
  return std::min(most, std::chrono::ceil<milliseconds>(*limits_.deadline - Clock::now()));
}

std::optional<PgLink::Clock::time_point> PgLink::next_limit() const noexcept {
  if (interruption_ != Interruption::none) return grace_end_;
  return housekeeping_ ? housekeeping_ : limits_.deadline;
}

NativeError::Interruption PgLink::due() const noexcept {
  if (!housekeeping_ && limits_.stop.stop_requested()) return Interruption::cancel;
  const auto limit = housekeeping_ ? housekeeping_ : limits_.deadline;
  return limit && *limit <= Clock::now() ? Interruption::deadline : Interruption::none;
}

void PgLink::start(std::size_t bytes) {
  if (lost()) {
    NativeError error;
    error.sqlstate = "08003";
    error.message = "the connection is closed";
    error.link_lost = true;
    throw error;
  }
  if (busy_) raise(ErrorKind::logic_error, "the connection still reads another result");
  if (const Interruption why = due(); why != Interruption::none) throw interruption_error(why);
  interruption_ = Interruption::none;
  copy_ = false;
  in_transaction_ = PQtransactionStatus(connection_) == PQTRANS_INTRANS;
  busy_ = true;
  if (bytes > surely_sent) PQsetnonblocking(connection_, 1);
}

void PgLink::sent(int answer) {
  if (answer != 0) return;
  const PgResult none;
  end();
  fail(none.get());
}

void PgLink::interrupt(Interruption why, milliseconds grace) noexcept {
  interruption_ = why;
  grace_end_ = Clock::now() + grace;
  cancelling_ = cancel_aside(connection_);
}

void PgLink::shut() noexcept {
  lost_ = true;
  const int fd = PQsocket(connection_);
  if (fd >= 0) shutdown(fd, SHUT_RDWR);
}

void PgLink::poll_once(bool unsent) {
  std::array<pollfd, 2> fds{};
  fds[0].fd = PQsocket(connection_);
  fds[0].events = static_cast<short>(unsent ? POLLIN | POLLOUT : POLLIN);
  fds[1].fd = wake_;
  fds[1].events = POLLIN;
  const auto limit = next_limit();
  int timeout = limit ? ms_until(*limit, Clock::now()) : -1;
  if (encrypted_ && (timeout < 0 || timeout > encrypted_slice_ms)) timeout = encrypted_slice_ms;
  poll(fds.data(), fds.size(), timeout);  // on EINTR the caller looks again
  if (fds[1].revents != 0) {
    eventfd_t count = 0;
    eventfd_read(wake_, &count);
  } else if (!limit) {
    return;
  }
  if (interruption_ == Interruption::none) {
    static_cast<void>(overdue());
  } else if (!lost_ && grace_end_ <= Clock::now()) {
    shut();
  }
}

// Then libpq's own wait will do; but not with the rest of a long message to send, which the server may
// not read before its answers are.
bool PgLink::unlimited() const noexcept {
  return !limits_.deadline && !limits_.stop.stop_possible() && !housekeeping_ &&
         interruption_ == Interruption::none && PQisnonblocking(connection_) == 0;
}

void PgLink::wait() {
  if (unlimited()) return;
  while (PQisBusy(connection_) != 0) {
    poll_once(PQflush(connection_) == 1);
    if (PQconsumeInput(connection_) == 0 && PQstatus(connection_) != CONNECTION_BAD) shut();
  }
}

// A COPY that a user's text began would need data, or a place to put it: the only way out of it is
// to give the connection up.
PgResult PgLink::read(bool copies) {
  wait();
  PgResult result(PQgetResult(connection_));
  if (result == nullptr || copies || !is_copy(result.get())) return result;
  copy_ = true;
  shut();
  while (PQconsumeInput(connection_) != 0) {
  }
  return PgResult(PQgetResult(connection_));
}

PgResult PgLink::next_result() {
  PgResult result = read();
  if (result == nullptr) end();
  return result;
}

void PgLink::flush() {
  while (!lost() && PQflush(connection_) == 1) {
    poll_once(true);
    if (PQconsumeInput(connection_) == 0 && PQstatus(connection_) != CONNECTION_BAD) shut();
  }
}

bool PgLink::overdue() noexcept {
  if (interruption_ == Interruption::none) {
    if (const Interruption why = due(); why != Interruption::none) interrupt(why, cancel_grace);
  }
  return interruption_ != Interruption::none;
}

void PgLink::end() noexcept {
  busy_ = false;
  if (cancelling_.valid()) {
    // A cancel that is still on its way would hit the next statement.
    if (cancelling_.wait_until(grace_end_) != std::future_status::ready) shut();
    cancelling_ = {};
  }
  if (!lost() && PQisnonblocking(connection_) != 0) PQsetnonblocking(connection_, 0);
}

PgResult PgLink::finish() {
  PgResult last;
  PgResult failed;
  while (PgResult result = next_result()) {
    if (!is_error(result.get())) {
      last = std::move(result);
    } else if (failed == nullptr) {
      failed = std::move(result);
    }
  }
  if (failed != nullptr) fail(failed.get());
  return last;
}

void PgLink::fail(const pg_result* result) {
  const bool ours = result == nullptr && interruption_ != Interruption::none && !lost();
  NativeError error = ours ? interruption_error(interruption_) : pg_error(connection_, result);
  error.link_lost = error.link_lost || lost();
  if (error.link_lost) lost_ = true;
  if (copy_) {
    error.sqlstate = "0A000";
    error.message = "COPY is not possible through a statement";
  }
  // The statement may have failed by itself before the cancel reached it.
  if (error.sqlstate == "57014" || error.link_lost) error.interruption = interruption_;
  throw error;
}

void PgLink::abandon() noexcept {
  if (!busy_) return;
  if (!in_transaction_ && interruption_ == Interruption::none) {
    interrupt(Interruption::cancel, abandon_grace);
  }
  while (next_result() != nullptr) {
  }
}

PgResult PgLink::exec(const char* text) {
  start(std::strlen(text));
  sent(PQsendQuery(connection_, text));
  return finish();
}

}  // namespace lockstep::detail
