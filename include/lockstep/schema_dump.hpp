// SPDX-License-Identifier: BSL-1.0
// A database's schema as the statements that make it, read from its catalog. Two databases of one
// engine that were made alike give the same text, whatever they are called and when they were made.
//
//     const std::string text = dump_schema(db);
//     load_schema(empty, text);   // dump_schema(empty) == text
//
// Not in it: rows, the migrator's ledger, owners and rights, tablespaces, what an extension brings.
#pragma once

#include <filesystem>

#include "lockstep/database.hpp"

namespace lockstep {

struct SchemaObject {
  std::string kind;   // "table", "index", "constraint", "view", "trigger", "function", ...
  std::string name;   // on PostgreSQL with its schema
  std::string table;  // that it is part of; else empty
  std::string text;   // the statement, without a semicolon at its end
};

struct SchemaObjects {
  std::vector<SchemaObject> objects;  // in an order in which they can be made
  // What is there and cannot be written: "aggregate public.total".
  std::vector<std::string> unsupported;
};

// Of the current schema on SQLite and MySQL, of all but the system's on PostgreSQL. Reads only.
[[nodiscard]] SchemaObjects read_objects(Database& db);

// SHA-256 over all of them, whatever their order and the case of SQLite's keywords; what is
// unsupported counts with its name.
[[nodiscard]] std::string schema_fingerprint(const SchemaObjects& objects);

// Unsupported, naming them, if there are objects that it cannot write.
[[nodiscard]] std::string dump_schema(Database& db);

// Runs the statements of a text under the engine's own settings, in one transaction where the
// engine can undo all of them. `name` is what errors call it: they tell the line and keep the kind
// of the engine's error. InvalidData for a text that cannot be split, or has a transaction of its
// own.
void run_script(Database& db, std::string_view text, std::string_view name);

// run_script for a file, or for the .sql files of a folder in the order of their names, or of its
// folder for the engine. Nothing records that they ran: each must do no harm a second time. Reads
// all of them first; returns their names.
std::vector<std::string> seed(Database& db, const std::filesystem::path& path);

// run_script for a dump. InvalidState if the database has objects already.
void load_schema(Database& db, std::string_view text, std::string_view name = "schema.sql");

}  // namespace lockstep
