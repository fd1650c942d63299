// SPDX-License-Identifier: BSL-1.0
// The objects of a database, engine by engine.
#pragma once

#include "lockstep/schema_dump.hpp"

namespace lockstep::detail {

[[nodiscard]] SchemaObjects read_sqlite_objects(Executor& db);
// Names in the texts have their schema, whatever the search path is.
[[nodiscard]] SchemaObjects read_postgres_objects(Database& db);
// Names in the texts are in backticks, whatever the session has.
[[nodiscard]] SchemaObjects read_mysql_objects(Database& db);

}  // namespace lockstep::detail
