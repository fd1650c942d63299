// SPDX-License-Identifier: BSL-1.0
// The name of a database: which engine, and the text that the engine itself parses.
//
//     sqlite:jobs.db   sqlite:///var/lib/jobs.db   sqlite::memory:
//     postgresql://app@db1/jobs?sslmode=verify-full      host=db1 dbname=jobs
//     mysql://app@db1:3306/jobs?ssl-mode=required        mariadb://...
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lockstep/sql.hpp"

namespace lockstep {

// A database's name as the caller gave it; `text` may hold a password.
struct Dsn {
  Engine engine = Engine::sqlite;
  std::string text;  // what follows a sqlite: scheme or is a driver's DSN; the whole URL otherwise

  // Splits off the scheme. InvalidArgument for an empty text, a text without a scheme, or a scheme
  // that no engine has ("unknown driver ..."). The rest is checked when the database is opened.
  static Dsn parse(std::string_view url);

  // Driver and DSN, as Go's database/sql names them: "sqlite3" (a path, "" is a temporary
  // database), "postgres" (any form PostgreSQL takes), "mysql" (a URL, or
  // user:password@tcp(host:port)/name). InvalidArgument "unknown driver ..." for any other.
  static Dsn from_driver(std::string_view driver, std::string_view dsn);

  // The text without its secrets, for messages: "postgresql://app:***@db1/jobs".
  [[nodiscard]] std::string redacted() const;
};

// Replaces every password in a URL, a key=value list or a Go DSN by "***". Unknown shapes: what
// stands before the last '@' and every value of a key that names a password or key are replaced.
[[nodiscard]] std::string redact(std::string_view text);

// The word of `known` that differs least from `word`, for "did you mean ...?"; empty if there is
// none. `similar`: in a third of its characters at most, or in two.
struct Nearest {
  std::string_view word;
  bool similar = false;
};
[[nodiscard]] Nearest nearest(std::string_view word, std::span<const std::string_view> known);

// Decodes %XX. False for a malformed escape.
[[nodiscard]] bool percent_decode(std::string_view text, std::string& out);

}  // namespace lockstep
