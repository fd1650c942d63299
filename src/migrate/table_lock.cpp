// SPDX-License-Identifier: BSL-1.0
#include "migrate/table_lock.hpp"

#include <random>

namespace lockstep::detail {
namespace {

constexpr std::string_view lease_table = "lockstep_migration_lease";

// {lease} is the table with its schema, {now} the server's time in milliseconds since 1970, which
// does not stand still in a transaction. Renewed before each statement.
constexpr std::string_view create_sql = R"(CREATE TABLE IF NOT EXISTS {lease} (
  id INTEGER NOT NULL,
  token VARCHAR(64) NOT NULL,
  applied_by VARCHAR(255) NOT NULL,
  host VARCHAR(255) NOT NULL,
  taken_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT pk_lockstep_migration_lease PRIMARY KEY (id)
))";

constexpr std::string_view take_over_sql =
    "UPDATE {lease} SET token = :token, applied_by = :applied_by, host = :host, taken_at = {now},"
    " expires_at = {now} + 60000 WHERE id = 1 AND expires_at < {now}";

constexpr std::string_view take_sql =
    "INSERT INTO {lease} (id, token, applied_by, host, taken_at, expires_at)"
    " SELECT 1, :token, :applied_by, :host, {now}, {now} + 60000 FROM (SELECT 1 AS one) AS once"
    " WHERE NOT EXISTS (SELECT 1 FROM {lease} WHERE id = 1)";

constexpr std::string_view renew_sql =
    "UPDATE {lease} SET expires_at = {now} + 60000 WHERE id = 1 AND token = :token";

constexpr std::string_view holder_sql =
    "SELECT applied_by, host, taken_at, CAST(CASE WHEN expires_at < {now} THEN 1 ELSE 0 END AS "
    "{integer}) AS expired FROM {lease} WHERE id = 1";

struct Words {
  std::string_view now;
  std::string_view integer;
};
constexpr Words sqlite_words{
    "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", "INTEGER"};
constexpr Words postgres_words{
    "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", "BIGINT"};
constexpr Words mysql_words{"CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)", "SIGNED"};

const Words& words_of(Engine engine) {
  return engine == Engine::sqlite     ? sqlite_words
         : engine == Engine::postgres ? postgres_words
                                      : mysql_words;
}

struct LeaseRow {
  std::string applied_by;
  std::string host;
  std::int64_t taken_at = 0;
  std::int64_t expired = 0;
  static constexpr void columns(auto&& column) {
    column("applied_by", &LeaseRow::applied_by);
    column("host", &LeaseRow::host);
    column("taken_at", &LeaseRow::taken_at);
    column("expired", &LeaseRow::expired);
  }
};

std::string random_token() {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr int size = 32;
  std::random_device random;
  std::string token;
  for (int i = 0; i < size; ++i) token += digits[random() % digits.size()];
  return token;
}

// What another migrator's work on the row or its table does to ours: he has it.
bool is_race(const Error& error) {
  constexpr int table_changed = 1412;  // MySQL: ER_TABLE_DEF_CHANGED
  if (error.native_code() == table_changed) return true;
  switch (error.kind()) {
    case ErrorKind::duplicate:
    case ErrorKind::already_exists:
    case ErrorKind::undefined_object:
    case ErrorKind::busy:
    case ErrorKind::deadlock:
    case ErrorKind::serialization:
      return true;
    default:
      return false;
  }
}

}  // namespace

TableLock::TableLock(Pinned& connection, const Ledger& ledger)
    : connection_(connection), ledger_(ledger), token_(random_token()) {}

std::string TableLock::render(std::string_view text) const {
  const Words& words = words_of(connection_.dialect().engine);
  std::string out(text);
  replace_all(out, "{lease}", ledger_.qualified(lease_table));
  replace_all(out, "{now}", words.now);
  replace_all(out, "{integer}", words.integer);
  return out;
}

bool TableLock::try_take() {
  try {
    return take();
  } catch (const UndefinedObject&) {
    // Nobody has it.
  } catch (const Error& error) {
    if (!is_race(error)) throw;
    return false;
  }
  try {
    create();
    return take();
  } catch (const Error& error) {
    if (!is_race(error)) throw;
    return false;
  }
}

void TableLock::create() { connection_.run(render(create_sql)); }

bool TableLock::take() {
  const Author& author = ledger_.author();
  const auto write = [&](std::string_view text) {
    return connection_.execute(render(text), named("token", token_),
                               named("applied_by", author.applied_by), named("host", author.host))
               .rows_affected() == 1;
  };
  return write(take_over_sql) || write(take_sql);
}

bool TableLock::renew() {
  try {
    return connection_.execute(render(renew_sql), named("token", token_)).rows_affected() == 1;
  } catch (const UndefinedObject&) {
    return false;
  }
}

// The row is locked while its table is dropped, where both are in one transaction. Elsewhere a
// holder who finds the table gone stops, as one does who finds another's token.
void TableLock::release() noexcept {
  if (connection_.broken()) return;
  try {
    connection_.begin();
    if (renew()) connection_.run(render("DROP TABLE {lease}"));
    connection_.commit();
  } catch (const Error&) {
    connection_.rollback();  // it expires
  }
}

std::optional<LockHolder> TableLock::holder() {
  std::optional<LeaseRow> row;
  try {
    row = connection_.fetch_optional<LeaseRow>(render(holder_sql));
  } catch (const UndefinedObject&) {
    return std::nullopt;
  }
  if (!row) return std::nullopt;
  const Timestamp taken{std::chrono::milliseconds(row->taken_at)};
  return LockHolder{.kind = LockKind::table,
                    .user = row->applied_by,
                    .host = row->host,
                    .since = format_timestamp(taken).substr(0, 19),
                    .expired = row->expired != 0};
}

bool TableLock::take_away() {
  if (!holder()) return false;
  connection_.run(render("DROP TABLE {lease}"));
  return true;
}

}  // namespace lockstep::detail
