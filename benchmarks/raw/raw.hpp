// SPDX-License-Identifier: BSL-1.0
// The floor: the clients' own interfaces, as tightly as they can be written, with kept prepared
// statements, the forms that are fastest and times read and written by hand. The connections have
// the settings that lockstep gives its own. Errors throw std::runtime_error.
#pragma once

#include <string>

#include "benchmarks/support/side.hpp"

namespace lockstep::benchmarks {

// Without a mutex for each call: the handle belongs to one thread, as a connection of lockstep
// does. `url` as TestDatabase has it. Many rows are inserted by one kept statement, row by row.
[[nodiscard]] std::unique_ptr<Side> raw_sqlite(const std::string& url);
// A copy of that file, in memory.
[[nodiscard]] std::unique_ptr<Side> raw_sqlite_in_memory(const std::string& url);

// Both ways in binary form; many rows by COPY in binary form.
[[nodiscard]] std::unique_ptr<Side> raw_postgres(const std::string& url);

// Many rows by an array, which only MariaDB takes, or by statements with many rows of VALUES.
enum class MysqlBulk : unsigned char { array, values };
[[nodiscard]] std::unique_ptr<Side> raw_mysql(const std::string& url, MysqlBulk bulk);

// Open a connection with its settings, and close it. SQLite: also "sqlite::memory:".
void connect_sqlite(const std::string& url);
void connect_postgres(const std::string& url);
void connect_mysql(const std::string& url);

}  // namespace lockstep::benchmarks
