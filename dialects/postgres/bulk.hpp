// SPDX-License-Identifier: BSL-1.0
// One statement for many rows: the pipeline, and COPY where it does the same as the statement.
#pragma once

#include <exception>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {

// ---- copy_text.cpp

// An INSERT that COPY can stand for.
struct PgCopyTarget {
  std::string table;    // as the text writes it
  std::string columns;  // with parentheses
};

// Reads "INSERT INTO table (columns) VALUES ($1, $2, ...)" with one placeholder per column, in
// order, and nothing behind it. Empty for any other text, also for comments in it.
std::optional<PgCopyTarget> pg_copy_target(std::string_view text);
// The line, from 1, that the context of an error during COPY tells, in any language. A table whose
// name holds a comma and digits is misread.
std::optional<std::size_t> pg_copy_line(std::string_view context);

// ---- bulk.cpp

// One bulk execution, inside a transaction. Throws NativeError with its row; the connection is at
// rest then, and the transaction failed.
class PgBulk {
 public:
  PgBulk(PgLink& link, const PgExecutable& statement, ArgumentRows& rows)
      : link_(link), statement_(statement), rows_(rows) {}

  // Returns the rows matched.
  std::uint64_t run();

 private:
  // Loads the next row into arguments_; loaded_ is false after the last.
  void load();
  void run_pipeline(std::size_t most);
  [[nodiscard]] std::optional<PgCopyTarget> find_copy_target();
  void copy_some(const PgCopyTarget& target);
  bool copy_rows();
  [[nodiscard]] bool copyable() const noexcept;
  void append_row();
  bool put();
  void end_copy(bool whole, const std::exception_ptr& thrown);

  PgLink& link_;
  const PgExecutable statement_;
  ArgumentRows& rows_;
  PgArguments arguments_;
  bool loaded_ = false;
  std::size_t taken_ = 0;     // rows that rows_ has given
  std::size_t sent_ = 0;      // rows that went to the server
  std::size_t done_ = 0;      // rows that the server has executed
  std::uint64_t matched_ = 0;
  PgResult failed_;     // the failure of a COPY
  std::string buffer_;  // of COPY
};

}  // namespace lockstep::detail
