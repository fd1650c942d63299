// SPDX-License-Identifier: BSL-1.0
// The session: how it is opened and settled, its transactions, and how it is made clean again.
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

#include "dialects/postgres/pipeline.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

// For what the session does by itself, when no caller's deadline counts.
constexpr milliseconds housekeeping{1000};
// For the question whether the server is there.
constexpr milliseconds ping_limit{1000};
// How many statements of the past are deallocated together.
constexpr std::size_t graveyard_size = 16;

// What the server reports of our settings. A pooler keeps `kept` for each of its clients.
struct Setting {
  const char* name;
  std::string_view value;
  const char* set;
  bool kept;
};
constexpr std::array<Setting, 5> settings{{
    {"client_encoding", "UTF8", "SET client_encoding TO 'UTF8'", true},
    {"TimeZone", "UTC", "SET TimeZone TO 'UTC'", true},
    {"DateStyle", "ISO, MDY", "SET DateStyle TO 'ISO, MDY'", true},
    {"standard_conforming_strings", "on", "SET standard_conforming_strings TO on", true},
    {"IntervalStyle", "postgres", "SET IntervalStyle TO 'postgres'", false},
}};

// RESET ALL goes back to the settings that the connection was opened with. Of the prepared
// statements those that were made by a text: the others are ours.
constexpr const char* tidy_up =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; UNLISTEN *; "
    "SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; "
    "DO $$ DECLARE made text; BEGIN "
    "FOR made IN SELECT name FROM pg_prepared_statements WHERE from_sql LOOP "
    "EXECUTE format('DEALLOCATE %I', made); END LOOP; END $$";

std::string_view parameter(const pg_conn* connection, const char* name) {
  const char* const value = PQparameterStatus(connection, name);
  return value != nullptr ? value : "";
}

// 48 random bits: behind a pooler two sessions can meet on one server connection, and a name that
// both had would run the other's statement.
std::string random_prefix() {
  std::random_device random;
  std::uint64_t bits = (static_cast<std::uint64_t>(random()) << 16) ^ random();
  bits &= (std::uint64_t{1} << 48) - 1;
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), bits, 36).ptr;
  return "ls_" + std::string(text.data(), end) + "_";
}

std::string_view begin_clause(Isolation isolation) {
  switch (isolation) {
    case Isolation::read_committed:
      return " ISOLATION LEVEL READ COMMITTED";
    case Isolation::repeatable_read:
      return " ISOLATION LEVEL REPEATABLE READ";
    case Isolation::serializable:
      return " ISOLATION LEVEL SERIALIZABLE";
    case Isolation::engine_default:
      break;
  }
  return "";
}

}  // namespace

std::int64_t pg_first_integer(const pg_result* result) {
  std::int64_t value = 0;
  if (PQntuples(result) == 1) {
    const char* const text = PQgetvalue(result, 0, 0);
    std::from_chars(text, text + PQgetlength(result, 0, 0), value);
  }
  return value;
}

PgSession::PgSession(PgSoci soci, bool pooler, const SessionOptions& options)
    : warning_(options.warning),
      soci_(std::move(soci)),
      link_(std::make_unique<PgLink>(pg_soci_handle(*soci_), options.warning)),
      pooler_(pooler),
      unnamed_(pooler),
      allowed_(options.allowed & Capabilities{}),
      prefix_(random_prefix()) {
  settle();
}

PgSession::~PgSession() = default;

void PgSession::settle() {
  const PgLink::Housekeeping limit(*link_, housekeeping);
  for (const Setting& setting : settings) {
    const bool ours = setting.kept || !pooler_;
    if (ours && parameter(link_->get(), setting.name) != setting.value) link_->exec(setting.set);
  }
  if (!settled()) raise(ErrorKind::configuration, "postgres: the session's settings do not hold");
  if (parameter(link_->get(), "integer_datetimes") != "on") {
    raise(ErrorKind::configuration, "postgres: the server keeps times as floating point");
  }
  // A pooler tells a process number of its own making.
  if (pooler_) return;
  const PgResult process = link_->exec("SELECT pg_backend_pid()");
  if (pg_first_integer(process.get()) != PQbackendPID(link_->get())) {
    do_without_names("the server's process is not the one that answered the connection");
  }
}

bool PgSession::settled() const noexcept {
  return std::all_of(settings.begin(), settings.end(), [this](const Setting& setting) {
    const bool ours = setting.kept || !pooler_;
    return !ours || parameter(link_->get(), setting.name) == setting.value;
  });
}

// A text is described before it can be executed, and that is a round trip of its own.
std::unique_ptr<Statement> PgSession::prepare(std::string_view text) {
  if (pipeline_ != nullptr && pipeline_->entered()) pipeline_->leave();
  if (graveyard_.size() >= graveyard_size && transaction_state() == TransactionState::none) {
    flush_graveyard();
  }
  std::string name = unnamed_ ? std::string() : prefix_ + std::to_string(++statements_);
  return std::make_unique<PgStatement>(*this, std::move(name), text);
}

std::unique_ptr<NativePipeline> PgSession::pipeline() { return pg_pipeline(*this); }

void PgSession::run(std::string_view text) {
  leave(pg_trace(text));
  try {
    rows_run_ = pg_rows_matched(link_->exec(std::string(text).c_str()).get());
  } catch (NativeError& error) {
    if (error.offset) error.offset = pg_bytes(text, *error.offset);
    throw;
  }
}

void PgSession::begin(const TransactionOptions& options) {
  std::string text = "BEGIN";
  text += begin_clause(options.isolation);
  if (options.read_only) text += " READ ONLY";
  link_->exec(text.c_str());
}

// The server answers the COMMIT of a failed transaction with a ROLLBACK, and no error.
void PgSession::commit() {
  const PgResult result = link_->exec("COMMIT");
  if (std::string_view(PQcmdStatus(result.get())) == "COMMIT") return;
  NativeError error;
  error.sqlstate = "25P02";
  error.message = "the transaction had failed: it was rolled back";
  throw error;
}

TransactionState PgSession::transaction_state() const noexcept {
  if (link_->lost()) return TransactionState::unknown;
  switch (PQtransactionStatus(link_->get())) {
    case PQTRANS_IDLE:
      return TransactionState::none;
    case PQTRANS_INTRANS:
    case PQTRANS_ACTIVE:
      return TransactionState::active;
    case PQTRANS_INERROR:
      return TransactionState::failed;
    default:
      return TransactionState::unknown;
  }
}

std::int64_t PgSession::last_insert_id() const noexcept {
  try {
    const PgLink::Housekeeping limit(*link_, housekeeping);
    return pg_first_integer(link_->exec("SELECT lastval()").get());
  } catch (...) {
    return 0;
  }
}

bool PgSession::ping() noexcept {
  try {
    const PgLink::Housekeeping limit(*link_, link_->time_left(ping_limit));
    link_->exec("");
    return true;
  } catch (...) {
    return false;
  }
}

// Idle, a socket has something to read only when the server closes it or tells a change of a
// setting; the last word before it closes arrives like a notice.
bool PgSession::looks_alive() const noexcept {
  pg_conn* const connection = link_->get();
  for (int looks = 0; looks < 3 && !link_->lost() && !link_->doomed(); ++looks) {
    pollfd fd{PQsocket(connection), POLLIN, 0};
    if (poll(&fd, 1, 0) == 0) return true;
    if (PQconsumeInput(connection) == 0) return false;
    PQisBusy(connection);  // reads the messages that came
  }
  return false;
}

void PgSession::leave(PgTrace trace) noexcept {
  switch (trace) {
    case PgTrace::none:
      return;
    case PgTrace::state:
      dirty_ = true;
      return;
    case PgTrace::statements:
      spoilt_ = true;
      return;
    case PgTrace::discard:
      graveyard_.clear();
      dirty_ = true;
      return;
  }
}

void PgSession::vanished() {
  if (++vanished_ == 2) do_without_names("prepared statements vanish");
}

void PgSession::do_without_names(const std::string& sign) {
  unnamed_ = true;
  if (warning_) {
    warning_("postgres: " + sign +
             ", so there is a pooler that shares connections: this connection "
             "goes on without prepared statements; write pooler=transaction in the URL");
  }
}

NativeError PgSession::explain_soci(const std::exception& error) {
  return pg_soci_error(link_->get(), error);
}

void PgSession::bury(std::string name) noexcept {
  try {
    graveyard_.push_back(std::move(name));
  } catch (const std::bad_alloc&) {
    spoilt_ = true;  // the name is lost, and the statement with it
  }
}

// DEALLOCATE fails for a name that somebody has dropped, so it never runs inside a transaction;
// here such a failure means nothing.
void PgSession::flush_graveyard() {
  std::string text;
  for (const std::string& name : graveyard_) text += "DEALLOCATE " + name + ";";
  graveyard_.clear();
  if (text.empty()) return;
  try {
    link_->exec(text.c_str());
  } catch (const NativeError& error) {
    if (error.sqlstate != "26000") throw;
  }
}

bool PgSession::reset() noexcept {
  try {
    link_->limit({});
    if (spoilt_ || link_->lost() || link_->doomed() || link_->busy()) return false;
    const bool idle = PQtransactionStatus(link_->get()) == PQTRANS_IDLE;
    if (idle && !dirty_ && graveyard_.size() < graveyard_size) return true;
    const PgLink::Housekeeping limit(*link_, housekeeping);
    if (!idle) link_->exec("ROLLBACK");
    if (dirty_ && !pooler_) link_->exec(tidy_up);
    if (graveyard_.size() >= graveyard_size) flush_graveyard();
    return !std::exchange(dirty_, false) || settled();
  } catch (...) {
    return false;
  }
}

std::string PgSession::version() const {
  const std::string_view text = parameter(link_->get(), "server_version");
  return std::string(text.substr(0, text.find(' ')));
}

// What the caller does through SOCI is not seen.
void* PgSession::soci() noexcept {
  dirty_ = true;
  return soci_.get();
}

}  // namespace lockstep::detail
