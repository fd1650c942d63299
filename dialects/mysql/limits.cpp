// SPDX-License-Identifier: BSL-1.0
// How long a statement may take: the server is told, and a watchdog makes sure that the call comes
// back.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {
namespace {

using Clock = std::chrono::steady_clock;
using Interruption = NativeError::Interruption;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The server ends a statement at its deadline; the watchdog gives up on a server that does not.
constexpr milliseconds shut_delay{200};
// How late the server may end a statement, so that not every one needs a new limit.
constexpr milliseconds limit_slack{50};

NativeError interrupted(Interruption interruption) {
  NativeError error;
  error.message = interruption == Interruption::deadline ? "the deadline has passed"
                                                         : "cancelled before it was sent";
  error.interruption = interruption;
  return error;
}

}  // namespace

MysqlSocketCopy::~MysqlSocketCopy() {
  if (fd >= 0) ::close(fd);
}

void MysqlSession::start() {
  if (limits_.stop.stop_requested()) throw interrupted(Interruption::cancel);
  if (limits_.deadline && *limits_.deadline <= Clock::now()) {
    throw interrupted(Interruption::deadline);
  }
  arm();
  try {
    send_time_limit();
  } catch (NativeError& e) {
    fail(std::move(e));
  }
}

void MysqlSession::arm() {
  MysqlWatch::Plan plan;
  const bool limited = limits_.deadline || limits_.stop.stop_possible();
  if (limited) plan.fd = watched_socket();
  if (limits_.deadline && *limits_.deadline < Clock::now() + std::chrono::years(10)) {
    plan.shut_at = *limits_.deadline + shut_delay;
    if (!is_mariadb_) plan.kill_at = *limits_.deadline;  // MySQL's own limit is for SELECT alone
  }
  try {
    watch_.start(plan, limits_.stop);
  } catch (const std::system_error& e) {
    throw describe_mysql_error(0, {}, "no thread to watch the deadline: " + std::string(e.what()));
  }
}

// Tells the server how long statements may take, if that differs from what it knows.
void MysqlSession::send_time_limit() {
  microseconds wanted = usual_limit_;
  if (limits_.deadline) {
    const auto left = std::max(std::chrono::ceil<microseconds>(*limits_.deadline - Clock::now()),
                               microseconds(1000));
    const auto slack = std::min<microseconds>(limit_slack, left / 4);
    if (server_limit_ >= left && server_limit_ <= left + slack) return;
    if (usual_limit_.count() == 0 || left < usual_limit_) wanted = left;
  }
  if (wanted == server_limit_) return;
  if (is_mariadb_) {
    const std::string digits = std::to_string(wanted.count() + 1'000'000);  // at least seven
    const auto whole = static_cast<long long>(std::chrono::floor<seconds>(wanted).count());
    command("SET max_statement_time=" + std::to_string(whole) + "." +
            digits.substr(digits.size() - 6));
  } else {
    command("SET max_execution_time=" +
            std::to_string(std::chrono::ceil<milliseconds>(wanted).count()));
  }
  server_limit_ = wanted;
}

void MysqlSession::fail(NativeError error) {
  using Fired = MysqlWatch::Fired;
  const Fired fired = watch_.finish(error.link_lost);
  const bool ended = error.link_lost || error.code == 1317;
  if (fired == Fired::cancel && ended) {
    error.interruption = Interruption::cancel;
  } else if ((fired == Fired::deadline && ended) ||
             (limits_.deadline && (error.code == 1969 || error.code == 3024))) {
    error.interruption = Interruption::deadline;
  }
  if (!is_connected()) error.link_lost = true;
  refresh_after(error);
  throw error;
}

// -1 once the client has given the connection up.
int MysqlSession::socket() const noexcept {
#ifdef MARIADB_PACKAGE_VERSION_ID
  return mysql_get_socket(connection_);
#else
  return connection_->net.vio == nullptr ? -1 : connection_->net.fd;
#endif
}

int MysqlSession::watched_socket() noexcept {
  if (socket_.fd < 0 && is_connected()) socket_.fd = ::fcntl(socket(), F_DUPFD_CLOEXEC, 0);
  return socket_.fd;
}

}  // namespace lockstep::detail
