// SPDX-License-Identifier: BSL-1.0
// What files hold that is no SQL, but speaks to the engine's own command-line client.
#pragma once

#include <string>
#include <string_view>

#include "core/sql_scanner.hpp"

namespace lockstep::detail {

// Why the token at the front of the text cannot be run: "\connect", ".read", "source". Empty: it
// is none of these.
[[nodiscard]] std::string client_command(std::string_view text, const Token& token,
                                         bool begins_statement, Engine engine);

// How long a line between statements is that its client understands and nobody else: "\restrict"
// and "\unrestrict", which pg_dump writes around a dump, and a comment of the sqlite3 shell, with a
// "#" in the first column. 0: it is none.
[[nodiscard]] std::size_t harmless_command(std::string_view text, bool begins_line, Engine engine);

// Whether rows follow the statement: COPY ... FROM stdin.
[[nodiscard]] bool reads_rows_behind(std::string_view statement, Engine engine);

}  // namespace lockstep::detail
