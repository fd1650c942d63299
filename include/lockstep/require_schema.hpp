// SPDX-License-Identifier: BSL-1.0
// require_schema: for a service that leaves migrating to others and must not run on another schema
// than it was written for.
//
//     lockstep::require_schema(db, shop::migrations(engine), {.wait = 2min});
//     lockstep::require_schema(db, {{.domain = "shop", .min = "0007", .max = "0012"}});
//
// It only reads the ledger: it makes nothing, takes no lock, and a right to read is enough.
#pragma once

#include <functional>
#include <initializer_list>

#include "lockstep/database.hpp"
#include "lockstep/migration_set.hpp"

namespace lockstep {

// The versions of a domain that will do, the highest applied one being meant.
struct SchemaRange {
  std::string domain = "default";
  std::string min = {};  // empty: none need be applied
  std::string max = {};  // empty: any higher one will do
};

enum class SchemaAccess : std::uint8_t {
  read_write,  // the schema fits
  read_only,   // it does not, and the options leave it to the program to go on without writing
};

struct RequireSchemaOptions {
  // How long to wait for a migrator elsewhere while the schema is behind. Zero: not at all.
  std::chrono::milliseconds wait{0};
  // Whether versions that the set does not know will do. Of a range, max says so.
  bool allow_ahead = true;
  // Answers SchemaAccess::read_only instead of throwing.
  bool read_only_otherwise = false;
  // Of the wait; empty: std::chrono::steady_clock, and a real sleep.
  std::function<std::chrono::steady_clock::time_point()> steady_clock = {};
  std::function<void(std::chrono::milliseconds)> sleep = {};
};

// Everything that the set knows is applied, finished and unchanged. Configuration if the schema is
// behind: a version is pending, runs or has failed. InvalidState, without a wait, if it is another
// one: a version was changed after it was applied, or one is ahead that must not be. Both name
// domain and version. InvalidArgument if the set is for another engine.
SchemaAccess require_schema(Database& db, const MigrationSet& set,
                            const RequireSchemaOptions& options = {});

// The same by versions, for a program that does not have the migrations: Configuration for less
// than min, and for a version that is unfinished; InvalidState for more than max. Repeatable
// migrations do not count.
SchemaAccess require_schema(Database& db, std::initializer_list<SchemaRange> ranges,
                            const RequireSchemaOptions& options = {});

}  // namespace lockstep
