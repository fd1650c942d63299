// SPDX-License-Identifier: BSL-1.0
// An insert that becomes an update where the row's key, which is not its id, exists already.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning::detail {

// `find` and `read` take the values of the key, `update` and `insert` the members of the row.
struct UpsertSql {
  const Sql& find;    // whether the key exists, without a lock
  const Sql& update;  // of the row with this key
  const Sql& insert;  // updates if somebody else was faster to insert this key
  const Sql& read;
};

// MySQL's insert writes null into `id` where it has met the id of a row with another key.
template <class Row>
void insert(Executor& db, const Sql& sql, const Row& row) {
  try {
    db.execute(sql, row);
  } catch (const NotNull& error) {
    ErrorInfo info = error.info();
    info.kind = ErrorKind::duplicate;
    info.constraint = "pk_" + info.table;
    info.columns = {"id"};
    raise(std::move(info));
  }
}

// The key is looked for first because MySQL's insert sees an id that exists before a key that does,
// and without a lock because an UPDATE that finds nothing locks the gap there: two transactions
// that insert neighbours would meet in a deadlock.
template <class Row, class... Key>
Row upsert(Executor& db, const UpsertSql& sql, const Row& row, const Key&... key) {
  const bool found = db.fetch_optional<std::int64_t>(sql.find, key...).has_value();
  if (!found || db.execute(sql.update, row).rows_affected() == 0) insert(db, sql.insert, row);
  return db.fetch_one<Row>(sql.read, key...);
}

}  // namespace lockstep::provisioning::detail
