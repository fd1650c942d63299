// SPDX-License-Identifier: BSL-1.0
// Migrations that are C++ code, between those that are files.
//
//     const auto code = MigrationSet::code(engine, {{.domain = "shop", .version = "0004",
//         .name = "split_names", .id = "1", .up = split_names}});
//     Migrator(db, MigrationSet::union_of({shop::migrations(engine), code})).up();
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lockstep {

class Executor;

// Runs on the migrator's connection, under the settings of a Database, and throws to fail. Where
// the engine can undo DDL it is inside the transaction of its ledger row; there atomically() is a
// savepoint. It may be called again after a lock was not to be had.
using MigrationFunction = std::function<void(Executor& db)>;

struct CodeMigration {
  std::string domain = "default";
  std::string version = {};
  std::string name = {};
  // A text of the author's, "2" or "2024-05-01", that is changed when the code is: its hash is the
  // checksum in the ledger, which holds nothing else of the code.
  std::string id = {};
  MigrationFunction up = {};
  MigrationFunction down = {};  // empty: it cannot be reverted
  // It does no harm to run either again after it has ended before its end. Migrator::resume() does
  // so only then: what has been done of code outside of a transaction, nobody can see.
  bool idempotent = false;
  // False: outside of a transaction, each statement for good, as on engines that cannot undo DDL.
  bool transactional = true;
  bool allow_out_of_order = false;        // see Migration
  std::vector<std::string> depends = {};  // see Migration
};

}  // namespace lockstep
