// SPDX-License-Identifier: BSL-1.0
// Databases as such: made and dropped by their URL.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep {

// The name that drop_database wants to hear: of a server's database, of SQLite's file without its
// folder. InvalidArgument if the URL names none, or one in memory, or one that belongs to the
// server: postgres, template0, template1, mysql, information_schema, performance_schema, sys.
[[nodiscard]] std::string named_database(std::string_view url);

// False if it is there already. On a server with the rights of the URL's user, by way of the
// maintenance database; for SQLite an empty file. Throws what connecting and CREATE DATABASE throw.
bool create_database(std::string_view url);

// With everything in it. InvalidArgument unless `name` is that of named_database(url); Busy if
// somebody has it open on PostgreSQL; UndefinedObject or CannotOpen if it is not there.
void drop_database(std::string_view url, std::string_view name);

}  // namespace lockstep
