// SPDX-License-Identifier: BSL-1.0
// Observer: told of every statement and of what a pool does. Never sees an argument or a row.
//
//     struct Tracer : lockstep::Observer {
//       void on_statement(const lockstep::StatementEvent& e) override { trace(e.name, e.execute); }
//     };
//     auto db = lockstep::Database::open(url, {.observer = std::make_shared<Tracer>()});
//
// lockstep/metrics.hpp has one that counts for Prometheus.
#pragma once

#include <chrono>
#include <optional>

#include "lockstep/error.hpp"
#include "lockstep/sql.hpp"

namespace lockstep {

// One execution of a statement, after it ended. Durations are of the pool's steady clock.
struct StatementEvent {
  // Of a named statement; "sql" for a text of the moment; "begin", "commit", "rollback",
  // "savepoint", "release savepoint", "rollback to savepoint" and "ping" for what lockstep itself
  // sends. It lives as long as the program.
  std::string_view name;
  Engine engine;
  SourceLocation at;                    // the caller's line
  std::chrono::nanoseconds wait{0};     // for the connection; told with its first statement only
  std::chrono::nanoseconds execute{0};  // until the engine has answered: prepared, sent, executed
  std::chrono::nanoseconds fetch{0};    // until the last row was read; of a stream, with the
                                        // caller's time between the rows
  std::uint64_t rows = 0;               // read; or matched, by a statement without a result
  std::optional<ErrorKind> error = {};  // what the call threw, if it did
};

struct PoolEvent {
  enum class Kind : std::uint8_t {
    opened,             // a connection; duration: connecting
    open_failed,        // duration: the attempt; message: the error's what()
    acquired,           // a lease was given; duration: the wait
    acquire_failed,     // no lease; duration: the wait; message: the error's what()
    released,           // a lease came back; duration: how long it was out
    closed_broken,      // the rest: a connection was closed; duration: its age
    closed_idle,        // more than max_idle_connections
    closed_idle_time,
    closed_lifetime,
    closed_with_pool,
  };
  Kind kind;
  Engine engine;
  std::chrono::nanoseconds duration{0};
  std::string_view message = {};  // within the call only
};

// "opened", "open_failed", ...
[[nodiscard]] std::string_view to_string(PoolEvent::Kind kind) noexcept;

// Thread rule: called from any thread, several at once, while the caller waits: be quick. Must not
// use the Database that it observes. What it throws is dropped.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;
  virtual void on_statement(const StatementEvent&) {}
  virtual void on_pool(const PoolEvent&) {}
};

}  // namespace lockstep
