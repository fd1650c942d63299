// SPDX-License-Identifier: BSL-1.0
// Private parts of the PostgreSQL engine. libpq's types stay incomplete here, and SOCI's too.
//
// Thread rule: everything belongs to the thread that uses the session.
#pragma once

#include <array>
#include <cstdint>
#include <future>
#include <memory>
#include <utility>

#include "dialects/postgres/codec.hpp"
#include "lockstep/dialect.hpp"

struct pg_conn;
struct pg_result;
namespace soci {
class session;
}

namespace lockstep::detail {

// ---- parameters.cpp

// What a DSN says, in libpq's keywords.
struct PgParameters {
  std::vector<std::pair<std::string, std::string>> values;
  bool pooler = false;  // pooler=transaction: no session state, unnamed statements

  // Null if the DSN does not give it.
  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;
  void set_default(std::string_view key, std::string_view value);
  // Names or addresses of the servers, in order; empty: libpq's own default.
  [[nodiscard]] std::vector<std::string_view> hosts() const;
};

// Reads a URL or a key=value list. InvalidArgument without any part of the text, which can be a
// password at any place.
PgParameters parse_pg_dsn(std::string_view text);
// The parameters as a URI without blanks, every value percent-encoded: the one form that SOCI
// passes on unharmed.
std::string pg_uri(const PgParameters& parameters);

// ---- errors.cpp

inline constexpr std::size_t pg_error_count = 53;
extern const std::array<ErrorCode, pg_error_count> pg_error_codes;
ErrorKind classify_pg(const NativeError& error) noexcept;
// What a failed result tells; nothing but the connection's message if it has no fields. Its offset
// counts characters.
NativeError pg_error(const pg_conn* connection, const pg_result* result);
// A failure to open, of which there is only text.
NativeError pg_connect_error(std::string text);
// How many bytes the first `characters` of a UTF-8 text have.
std::size_t pg_bytes(std::string_view text, std::size_t characters);
// `text` with every "..." emptied: names and values that a message quotes.
std::string pg_without_quoted(std::string_view text);
// The columns that the detail of a violated constraint names: "Key (a, b)=(1, 2) already exists."
std::vector<std::string> pg_key_columns(std::string_view detail);

// ---- soci.cpp

struct PgSociClose {
  void operator()(soci::session* session) const noexcept;
};
using PgSoci = std::unique_ptr<soci::session, PgSociClose>;
// Opens by SOCI; throws NativeError. Blocks as long as libpq does.
PgSoci open_pg_soci(const std::string& uri);
pg_conn* pg_soci_handle(soci::session& session) noexcept;
// What an error that SOCI has thrown on `connection` tells.
NativeError pg_soci_error(const pg_conn* connection, const std::exception& error);

// ---- link.cpp: the way to the server and back

struct PgClear {
  void operator()(pg_result* result) const noexcept;
};
using PgResult = std::unique_ptr<pg_result, PgClear>;

// Waits for the server within the limits, and ends what takes too long. A statement is
//     start(...); PQsend...(); sent(...); then finish(), or next_result() until it is null.
class PgLink {
 public:
  using Clock = std::chrono::steady_clock;

  // `warning` is told what the server warns of, and may be empty.
  PgLink(pg_conn* connection, std::function<void(std::string_view)> warning);
  PgLink(const PgLink&) = delete;
  PgLink& operator=(const PgLink&) = delete;
  ~PgLink();

  [[nodiscard]] pg_conn* get() const noexcept { return connection_; }
  [[nodiscard]] bool lost() const noexcept;
  // Whether a statement has results that were not read yet.
  [[nodiscard]] bool busy() const noexcept { return busy_; }

  void limit(const Limits& limits);
  // Tells what the server says without being asked, as "notice: ..."; empty: no more.
  void on_notice(std::function<void(std::string_view)> told) noexcept { told_ = std::move(told); }

  // Throws if a limit has been reached already: then nothing is sent. `bytes` is about what will
  // be.
  void start(std::size_t bytes);
  // Takes the answer of a PQsend function: 0 is a failure.
  void sent(int answer);
  // Waits for one result; null where libpq says null. A COPY costs the connection, unless `copies`
  // says that it was asked for.
  PgResult read(bool copies = false);
  // read(), and the end of the statement when it is null.
  PgResult next_result();
  // Reads to the end and throws the first error, or returns the last result.
  PgResult finish();
  // Sends what libpq has queued, as far as the connection lasts.
  void flush();
  // Whether the statement has to end: then the server has been told. Before end() only.
  [[nodiscard]] bool overdue() noexcept;
  // Whether a limit has ended the statement.
  [[nodiscard]] bool interrupted() const noexcept { return interruption_ != Interruption::none; }
  // Ends the statement after its results were read by read().
  void end() noexcept;
  // Throws what `result`, or if it is null our own limit or the connection, says. The statement has
  // to be at its end.
  [[noreturn]] void fail(const pg_result* result);
  // Ends a statement whose results are not wanted any more: outside a transaction the server is
  // told to stop; inside one that would undo the transaction, so what is left is read.
  void abandon() noexcept;
  // Sends a simple query and reads it to its end.
  PgResult exec(const char* text);
  // Gives the connection up: shuts the socket down, so that whatever waits for it comes back.
  void shut() noexcept;

  // While it lives, only its own time limit holds: for what the session does to tidy up.
  class Housekeeping {
   public:
    Housekeeping(PgLink& link, std::chrono::milliseconds time) noexcept : link_(link) {
      link_.housekeeping_ = Clock::now() + time;
    }
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;
    ~Housekeeping() { link_.housekeeping_.reset(); }

   private:
    PgLink& link_;
  };

  // `most`, or the time to the caller's deadline if that is sooner.
  [[nodiscard]] std::chrono::milliseconds time_left(std::chrono::milliseconds most) const noexcept;

  // What the server said without being asked: true if it is about to end the session.
  [[nodiscard]] bool doomed() const noexcept { return doomed_; }

 private:
  using Interruption = NativeError::Interruption;
  struct Wake {
    int fd;
    void operator()() const noexcept;
  };

  static void notice(void* self, const pg_result* result);
  [[nodiscard]] std::optional<Clock::time_point> next_limit() const noexcept;
  // Why the statement has to end, if it has to.
  [[nodiscard]] Interruption due() const noexcept;
  // Whether nothing but the server, or the end of the link, can end a wait.
  [[nodiscard]] bool unlimited() const noexcept;
  void wait();
  void poll_once(bool unsent);
  void interrupt(Interruption why, std::chrono::milliseconds grace) noexcept;

  pg_conn* connection_;
  const std::function<void(std::string_view)> warning_;
  std::function<void(std::string_view)> told_;
  const int wake_;        // an eventfd with which a stop token ends a poll
  const bool encrypted_;  // bytes can wait inside the TLS library, where poll does not see them
  bool busy_ = false;
  bool lost_ = false;
  bool doomed_ = false;
  bool copy_ = false;            // the statement was a COPY
  bool in_transaction_ = false;  // when the statement started
  Limits limits_;
  std::optional<Clock::time_point> housekeeping_;
  std::optional<std::stop_callback<Wake>> on_stop_;
  Interruption interruption_ = Interruption::none;
  Clock::time_point grace_end_;   // after an interruption: when the link is given up
  std::future<void> cancelling_;  // the cancel request, in a thread of its own
};

// ---- pipeline.hpp

// What a prepared statement is to those who execute it.
struct PgExecutable {
  const std::string& name;
  const std::string& text;
  bool unnamed;                  // the text is sent with each execution
  std::span<const PgOid> types;  // of the parameters
  bool binary;                   // the form of results
};

class PgPipeline;

// ---- session.cpp, statement.cpp

// What running a text may leave in the session.
enum class PgTrace : std::uint8_t {
  none,
  state,       // settings, temporary objects, locks, cursors, ...
  statements,  // prepared statements of the user: cannot be told from ours
  discard,     // drops prepared statements, ours too
};
PgTrace pg_trace(std::string_view text);

class PgSession final : public Session {
 public:
  PgSession(PgSoci soci, bool pooler, const SessionOptions& options);
  ~PgSession() override;

  std::unique_ptr<Statement> prepare(std::string_view text) override;
  std::unique_ptr<NativePipeline> pipeline() override;
  void run(std::string_view text) override;
  [[nodiscard]] std::uint64_t rows_run() const noexcept override { return rows_run_; }
  void begin(const TransactionOptions& options) override;
  void commit() override;
  [[nodiscard]] TransactionState transaction_state() const noexcept override;
  [[nodiscard]] Capabilities capabilities() const noexcept override { return allowed_; }
  [[nodiscard]] std::int64_t last_insert_id() const noexcept override;
  bool ping() noexcept override;
  [[nodiscard]] bool looks_alive() const noexcept override;
  bool reset() noexcept override;
  void limit(const Limits& limits) override { link_->limit(limits); }
  void on_notice(std::function<void(std::string_view)> told) override {
    link_->on_notice(std::move(told));
  }
  [[nodiscard]] std::string version() const override;
  [[nodiscard]] void* soci() noexcept override;
  [[nodiscard]] NativeError explain_soci(const std::exception& error) override;
  bool try_migration_lock(std::string_view key) override;
  bool holds_migration_lock(std::string_view key) override;
  void migration_unlock(std::string_view key) noexcept override;

  // For the statements.
  [[nodiscard]] PgLink& link() noexcept { return *link_; }
  // Whether statements have no name, because a pooler may send each to another server.
  [[nodiscard]] bool unnamed() const noexcept { return unnamed_; }
  void leave(PgTrace trace) noexcept;
  // A statement of ours that the server does not know: at the second time it must be a pooler.
  void vanished();
  // In use from now on, until it is null; prepare() interrupts it.
  void attach(PgPipeline* pipeline) noexcept { pipeline_ = pipeline; }
  // Remembers a name to be deallocated at a time when that cannot harm a transaction.
  void bury(std::string name) noexcept;

 private:
  // Sets what differs from our settings, and reads it back. Configuration if it does not hold.
  void settle();
  [[nodiscard]] bool settled() const noexcept;
  // Goes on as behind a pooler, and says why.
  void do_without_names(const std::string& sign);
  void flush_graveyard();
  PgResult query(const char* text, std::string_view argument);

  const std::function<void(std::string_view)> warning_;
  const PgSoci soci_;
  const std::unique_ptr<PgLink> link_;
  const bool pooler_;
  bool unnamed_;
  const Capabilities allowed_;
  const std::string prefix_;  // of statement names: no other session has it
  std::uint64_t statements_ = 0;
  std::vector<std::string> graveyard_;
  PgPipeline* pipeline_ = nullptr;
  int vanished_ = 0;
  bool dirty_ = false;
  bool spoilt_ = false;  // reset() cannot bring it back
  std::uint64_t rows_run_ = 0;
  std::int64_t locked_by_ = 0;  // the server's process that has the migration lock
};

// The first cell of the only row; 0 for NULL, or if there is none.
std::int64_t pg_first_integer(const pg_result* result);

// The rows that an INSERT, UPDATE, DELETE, MERGE or COPY tells of; 0 for everything else.
std::uint64_t pg_rows_matched(pg_result* result) noexcept;

class PgStatement final : public Statement {
 public:
  // Prepares; `name` is empty if the session has no named statements.
  PgStatement(PgSession& session, std::string name, std::string_view text);
  ~PgStatement() override;

  void execute(std::span<const Value> arguments, Fetch fetch) override;
  std::uint64_t execute_all(ArgumentRows& rows) override;
  // Executes by a pipeline, which tells what came of it.
  void execute_in(PgPipeline& pipeline, std::span<const Value> arguments);
  bool next() override;
  void reset() noexcept override;
  [[nodiscard]] std::uint64_t rows_affected() const noexcept override;
  [[nodiscard]] std::size_t row_count() const noexcept override;

 private:
  PgResult describe();
  // Learns the columns of a result, from its description or from itself.
  void learn(const pg_result* result, bool binary);
  void encode(std::span<const Value> arguments);
  [[nodiscard]] PgExecutable executable() const noexcept;
  void send(Fetch fetch);
  void receive(PgResult result, Fetch fetch);
  void fill_row(int row);

  PgSession& session_;
  const std::string name_;
  const std::string text_;
  const PgTrace trace_;
  std::vector<PgOid> types_;  // of the parameters
  std::vector<PgOid> result_types_;
  bool binary_ = true;  // the form of the result
  std::vector<PgDecoder> decoders_;
  std::vector<std::string> scratch_;
  PgArguments arguments_;
  PgResult result_;
  bool streaming_ = false;
  bool first_ = false;  // result_ holds a row of the stream that next() has not reached
  int row_index_ = 0;
  int rows_ = 0;
};

}  // namespace lockstep::detail
