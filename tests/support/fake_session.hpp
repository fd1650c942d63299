// SPDX-License-Identifier: BSL-1.0
// An engine without an engine: sessions that do what a test scripts and remember what they were
// told. Pools and transactions are tested over it alone.
//
// Thread rule: FakeServer, FakeClock and Gate may be used from any thread. A FakeServer outlives
// its sessions.
#pragma once

#include <atomic>
#include <functional>

#include "core/pool.hpp"

namespace lockstep {

// A Database over a pool that a test made.
struct DatabaseOverPool {
  static Database make(std::shared_ptr<detail::Pool> pool) { return Database(std::move(pool)); }
};

namespace tests {

// The failure that the fake engine classifies as `kind`.
[[nodiscard]] inline NativeError failure(ErrorKind kind) {
  NativeError error;
  error.code = static_cast<int>(kind) + 1;
  error.message = "text of the engine";
  error.link_lost = kind == ErrorKind::connection_lost;
  return error;
}

// A steady clock that a test moves.
class FakeClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] Time now() const noexcept { return Time(std::chrono::hours(24) + passed_.load()); }
  void advance(std::chrono::nanoseconds by) noexcept { passed_ = passed_.load() + by; }
  [[nodiscard]] std::function<Time()> function() const {
    return [this] { return now(); };
  }

 private:
  std::atomic<std::chrono::nanoseconds> passed_{std::chrono::nanoseconds(0)};
};

// A door that a test closes: who comes then waits until the test opens it.
class Gate {
 public:
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !closed_; });
    --waiting_;
  }
  // Returns once somebody waits at the closed door.
  void await_visitor() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  int waiting_ = 0;
};

class FakeServer {
 public:
  struct Counts {
    int opens = 0;
    int failed_opens = 0;
    int closes = 0;
    int pings = 0;
    int resets = 0;
    int most_open = 0;  // at the same time
  };

  // What a pool opens here.
  [[nodiscard]] detail::Source source(bool single_connection = false);

  // The next `times` attempts to open fail.
  void fail_opens(int times, NativeError error);
  // Instead of opening: may throw what it likes. Empty: opens again.
  void on_open(std::function<void()> hook);
  // The next command that begins with the text fails, and leaves a transaction in state `after`.
  void fail(std::string begins_with, NativeError error,
            TransactionState after = TransactionState::active);
  // The next command that begins with the text succeeds when the deadline it runs under has passed.
  void outlast_deadline(std::string begins_with);
  // All that is open now is dead, as after a restart; what opens later lives.
  void restart();
  void kill(int session);
  // Whether the dead see without asking that they are: their peer has closed the link.
  void close_links(bool closed);
  void answer_resets(bool good);
  // Whether pings are answered; if not they last until their deadline.
  void answer_pings(bool answered);
  // Rows of one column "n" that every statement yields.
  void answer_rows(std::size_t rows);

  // Everything that sessions were told, in order: transactions and statements, not pings.
  [[nodiscard]] std::vector<std::string> commands() const;
  [[nodiscard]] Counts counts() const;

  Gate opening;  // passed by each attempt to open
  Gate closing;  // passed by each session that ends
  Gate pinging;

 private:
  friend class FakeSession;
  friend class FakeStatement;
  struct Script {
    std::string begins_with;
    std::optional<NativeError> error;  // absent: outlast the deadline
    TransactionState after = TransactionState::active;
  };

  std::unique_ptr<Session> open();
  [[nodiscard]] bool alive(int session) const;
  [[nodiscard]] bool closed(int session) const;
  // What the script has for a command.
  [[nodiscard]] std::optional<Script> hear(std::string_view text);

  mutable std::mutex mutex_;
  Counts counts_;
  std::vector<std::string> commands_;
  std::vector<Script> scripts_;
  std::function<void()> open_hook_;
  int failing_opens_ = 0;
  NativeError open_error_;
  int dead_up_to_ = 0;  // sessions are numbered from 1
  std::vector<int> dead_;
  bool links_closed_ = false;
  bool resets_good_ = true;
  bool pings_answered_ = true;
  std::size_t rows_ = 0;
};

class FakeSession final : public Session {
 public:
  FakeSession(FakeServer& server, int id) : server_(server), id_(id) {}
  ~FakeSession() override;

  // 1 for the first that the server opened, and so on.
  [[nodiscard]] int id() const noexcept { return id_; }

  std::unique_ptr<Statement> prepare(std::string_view text) override;
  void run(std::string_view text) override;
  void begin(const TransactionOptions&) override { run("BEGIN"); }
  [[nodiscard]] TransactionState transaction_state() const noexcept override { return state_; }
  [[nodiscard]] Capabilities capabilities() const noexcept override { return {}; }
  [[nodiscard]] std::int64_t last_insert_id() const noexcept override { return 0; }
  bool ping() noexcept override;
  [[nodiscard]] bool looks_alive() const noexcept override { return !server_.closed(id_); }
  bool reset() noexcept override;
  void limit(const Limits& limits) override { limits_ = limits; }
  [[nodiscard]] std::string version() const override { return "1.0"; }
  [[nodiscard]] void* soci() noexcept override { return nullptr; }
  [[nodiscard]] NativeError explain_soci(const std::exception&) override { return {}; }
  bool try_migration_lock(std::string_view) override { return true; }
  void migration_unlock(std::string_view) noexcept override {}

 private:
  void outlast_deadline() const noexcept;

  FakeServer& server_;
  int id_;
  TransactionState state_ = TransactionState::none;
  Limits limits_;
};

class FakeStatement final : public Statement {
 public:
  FakeStatement(FakeServer& server, FakeSession& session, std::string_view text)
      : server_(server), session_(session), text_(text) {
    columns_.emplace_back("n");
  }
  void execute(std::span<const Value>, Fetch) override;
  bool next() override;
  void reset() noexcept override { rows_left_ = 0; }
  [[nodiscard]] std::uint64_t rows_affected() const noexcept override { return 1; }

 private:
  FakeServer& server_;
  FakeSession& session_;
  std::string text_;
  std::size_t rows_left_ = 0;
};

}  // namespace tests
}  // namespace lockstep
