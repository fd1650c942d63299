// SPDX-License-Identifier: BSL-1.0
// Bulk execution, by a pipeline and by COPY:
// https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format"
#include "dialects/postgres/bulk.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <limits>

#include "dialects/postgres/pipeline.hpp"

namespace lockstep::detail {
namespace {

// Rows before COPY is worth its preparation; they go by the pipeline, and any error of the
// statement itself shows there.
constexpr std::size_t rows_before_copy = 50;
// What goes to libpq in one piece, and in one COPY: an error shows at its end.
constexpr std::size_t copy_piece = std::size_t{1} << 16;
constexpr std::size_t copy_most = std::size_t{1} << 23;
// For PgLink::start: sending must never block in the kernel.
constexpr std::size_t many_bytes = std::numeric_limits<std::size_t>::max();

constexpr std::string_view copy_head("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view copy_tail("\377\377", 2);

// A view with rules or triggers of its own, row security, or triggers that count statements: there
// COPY is refused or does something else than INSERT.
constexpr const char* is_plain_table =
    "SELECT count(*)::int FROM pg_catalog.pg_class AS c "
    "WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p') "
    "AND NOT c.relhasrules AND NOT c.relrowsecurity AND NOT EXISTS (SELECT 1 "
    "FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgtype & 1 = 0)";

bool is_plain(PgOid type) {
  return type == PgType::text || type == PgType::varchar || type == PgType::bpchar ||
         type == PgType::json;
}

bool has_binary_form(PgOid type) {
  return is_plain(type) || type == PgType::boolean || type == PgType::int2 ||
         type == PgType::int4 || type == PgType::int8 || type == PgType::float8 ||
         type == PgType::bytea || type == PgType::timestamp || type == PgType::timestamptz;
}

template <class T>
void append_number(std::string& out, T value) {
  for (std::size_t shift = sizeof(T) * 8; shift > 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::make_unsigned_t<T>>(value) >> (shift - 8) & 0xff);
  }
}

}  // namespace

std::uint64_t PgBulk::run() {
  load();
  if (!loaded_) return 0;
  const bool may_copy =
      std::all_of(statement_.types.begin(), statement_.types.end(), has_binary_form);
  if (may_copy && pg_copy_target(statement_.text)) {
    run_pipeline(rows_before_copy);
    if (!loaded_) return matched_;
    if (const auto target = find_copy_target()) {
      while (loaded_ && copyable()) copy_some(*target);
    }
  }
  if (loaded_) run_pipeline(many_bytes);
  return matched_;
}

void PgBulk::load() {
  const std::span<const Value> row = rows_.next();
  loaded_ = !row.empty();
  if (!loaded_) return;
  const std::size_t index = taken_++;
  try {
    if (row.size() != statement_.types.size()) {
      NativeError error;
      error.sqlstate = "42P02";
      error.message =
          "the statement has " + std::to_string(statement_.types.size()) + " parameters";
      throw error;
    }
    arguments_.encode(row, statement_.types);
  } catch (NativeError& error) {
    loaded_ = false;
    error.row = index;
    throw;
  }
}

// What failed on the server comes before what failed here: it was an earlier row.
void PgBulk::run_pipeline(std::size_t most) {
  PgPipeline pipeline(link_);
  pipeline.enter();
  std::exception_ptr thrown;
  try {
    for (std::size_t n = 0; loaded_ && n < most && !pipeline.ended(); ++n) {
      pipeline.send(statement_, arguments_);
      load();
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  try {
    pipeline.leave();
  } catch (NativeError& error) {
    *error.row += done_;
    throw;
  }
  if (thrown != nullptr) std::rethrow_exception(thrown);
  matched_ += pipeline.matched();
  done_ += pipeline.done();
  sent_ = done_;
}

// Asked after the statement has run, which keeps the table as it is.
std::optional<PgCopyTarget> PgBulk::find_copy_target() {
  auto target = pg_copy_target(statement_.text);
  const char* const table = target->table.c_str();
  link_.start(target->table.size());
  link_.sent(
      PQsendQueryParams(link_.get(), is_plain_table, 1, nullptr, &table, nullptr, nullptr, 0));
  const PgResult answer = link_.finish();
  const bool plain = std::string_view(PQgetvalue(answer.get(), 0, 0)) == "1";
  return plain ? target : std::nullopt;
}

// A value that only the text form can hold goes by the pipeline, where the server judges it.
bool PgBulk::copyable() const noexcept {
  for (std::size_t i = 0; i < statement_.types.size(); ++i) {
    const bool null = arguments_.data()[i] == nullptr;
    if (!null && arguments_.formats()[i] == 0 && !is_plain(statement_.types[i])) return false;
  }
  return true;
}

void PgBulk::copy_some(const PgCopyTarget& target) {
  const std::string text =
      "COPY " + target.table + " " + target.columns + " FROM STDIN (FORMAT binary)";
  link_.start(many_bytes);
  link_.sent(PQsendQuery(link_.get(), text.c_str()));
  PgResult begun = link_.read(true);
  std::exception_ptr thrown;
  bool whole = false;
  if (PQresultStatus(begun.get()) == PGRES_COPY_IN) {
    try {
      whole = copy_rows();
    } catch (...) {
      thrown = std::current_exception();
    }
  } else {
    failed_ = std::move(begun);
  }
  end_copy(whole, thrown);
}

// False if something stands in the way of sending all of it.
bool PgBulk::copy_rows() {
  buffer_.assign(copy_head);
  for (std::size_t bytes = 0; loaded_ && copyable() && bytes < copy_most; load()) {
    append_row();
    if (buffer_.size() < copy_piece) continue;
    bytes += buffer_.size();
    if (!put()) return false;
  }
  buffer_ += copy_tail;
  return put();
}

void PgBulk::append_row() {
  append_number(buffer_, static_cast<std::int16_t>(arguments_.count()));
  for (std::size_t i = 0; i < statement_.types.size(); ++i) {
    const char* const data = arguments_.data()[i];
    append_number(buffer_, data == nullptr ? -1 : arguments_.lengths()[i]);
    if (data != nullptr) buffer_.append(data, static_cast<std::size_t>(arguments_.lengths()[i]));
  }
  ++sent_;
}

// False if there is no use in going on.
bool PgBulk::put() {
  const int put = PQputCopyData(link_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
  buffer_.clear();
  link_.flush();
  return put == 1 && !link_.lost() && !link_.overdue();
}

// `thrown`: why no more rows come. The server takes a COPY that merely ends early for complete.
void PgBulk::end_copy(bool whole, const std::exception_ptr& thrown) {
  if (failed_ == nullptr) {
    PQputCopyEnd(link_.get(), whole ? nullptr : "interrupted");
    link_.flush();
  }
  PgResult last;
  while (PgResult result = link_.next_result()) {
    const bool bad = PQresultStatus(result.get()) == PGRES_FATAL_ERROR;
    if (bad && failed_ == nullptr) failed_ = std::move(result);
    if (!bad) last = std::move(result);
  }
  if (thrown != nullptr) std::rethrow_exception(thrown);
  if (failed_ == nullptr && last != nullptr && !link_.lost()) {
    matched_ += pg_rows_matched(last.get());
    done_ = sent_;
    return;
  }
  const char* const context = PQresultErrorField(failed_.get(), PG_DIAG_CONTEXT);
  const auto line = pg_copy_line(context != nullptr ? context : "");
  try {
    link_.fail(failed_.get());
  } catch (NativeError& error) {
    if (line) error.row = done_ + *line - 1;
    throw;
  }
}

}  // namespace lockstep::detail
