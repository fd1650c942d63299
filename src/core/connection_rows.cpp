// SPDX-License-Identifier: BSL-1.0
// The rows of a statement: how many there are, and who gets them.
#include "core/connection.hpp"
#include "core/mapping.hpp"

namespace lockstep::detail {
namespace {

[[noreturn]] void refuse_count(Prepared& prepared, const Query& query, std::uint64_t rows) {
  refuse_rows(prepared, query, rows == 0 ? ErrorKind::not_found : ErrorKind::too_many_rows);
}

}  // namespace

[[gnu::always_inline]] inline std::uint64_t Connection::read(Prepared& prepared,
                                                             const Query& query, Verb verb,
                                                             RowReader& reader) {
  const auto map = map_columns(prepared, reader.shape(), query);
  const std::size_t known = prepared.statement->row_count();
  reader.expect(known > 0 ? known : prepared.last_rows);
  CurrentRow row(prepared, query);
  std::uint64_t rows = 0;
  while (next(prepared, query)) {
    if (++rows > 1 && verb != Verb::fetch_all) refuse_count(prepared, query, rows);
    row.stand_at(prepared.statement->row());
    reader.read(row, map);
  }
  const bool may_be_none = verb == Verb::fetch_all || verb == Verb::fetch_optional;
  if (rows == 0 && !may_be_none) refuse_count(prepared, query, rows);
  return rows;
}

// The one row of an emulated RETURNING.
std::uint64_t Connection::read_inserted_id(Prepared& prepared, const Query& query,
                                           RowReader& reader) {
  const auto map = map_columns(prepared, reader.shape(), query);
  next(prepared, query);
  const Value id = Value::integer(session_->last_insert_id());
  CurrentRow row(prepared, query);
  row.stand_at({&id, 1});
  reader.read(row, map);
  return 1;
}

std::uint64_t Connection::run(const Query& query, const Arguments& arguments, Verb verb,
                              RowReader* reader, const Limits& limits) {
  Prepared& prepared = start(query, arguments, verb, limits);
  struct End {
    Connection& connection;
    Prepared& prepared;
    ~End() { connection.finish(prepared); }
  } const end{*this, prepared};
  if (prepared.emulated) return read_inserted_id(prepared, query, *reader);
  if (reader != nullptr) return read(prepared, query, verb, *reader);
  while (next(prepared, query)) {
  }
  const std::uint64_t rows = prepared.statement->rows_affected();
  if (verb == Verb::execute_one && rows != 1) refuse_count(prepared, query, rows);
  return rows;
}

}  // namespace lockstep::detail
