// SPDX-License-Identifier: BSL-1.0
// Which semicolons belong to a statement: those in bodies of triggers and routines.
#pragma once

#include <memory>
#include <string_view>

#include "core/sql_scanner.hpp"

namespace lockstep::detail {

// Follows one statement, token by token, comments and blanks left out. It reads only as much
// grammar as it needs to find the end.
class StatementBody {
 public:
  StatementBody() = default;
  StatementBody(const StatementBody&) = delete;
  StatementBody& operator=(const StatementBody&) = delete;
  virtual ~StatementBody() = default;

  virtual void feed(const Token& token, std::string_view text) = 0;
  // Whether a semicolon that comes now is inside the statement.
  [[nodiscard]] virtual bool open() const noexcept = 0;
};

// For one statement of the engine.
[[nodiscard]] std::unique_ptr<StatementBody> make_statement_body(Engine engine);

}  // namespace lockstep::detail
