// SPDX-License-Identifier: BSL-1.0
// Parity: whether databases of several engines have the same schema. What the engines cannot have
// alike is explained by an allow file.
//
//     const std::array schemas{read_schema(on_postgres), read_schema(on_mysql), read_schema(lite)};
//     const ParityReport report = check_parity(schemas, ParityAllow::embedded());
//     for (const SchemaDifference& each : report.unexplained) log(to_string(each));
#pragma once

#include "lockstep/schema.hpp"

namespace lockstep {

// Why a difference may stand. There are no others.
enum class ParityReason : std::uint8_t {
  type,               // the engine has no such type, or does not tell it from another
  partial_index,      // it has no partial index, and a whole one that serves the same queries
  length_check,       // it bounds a text by a CHECK of its length, in characters
  foreign_key_index,  // it makes an index for each foreign key that has none, under its name
};

// "type", "partial index", "length check", "automatic index of a foreign key".
[[nodiscard]] std::string_view to_string(ParityReason reason) noexcept;

struct SchemaDifference {
  std::string table;
  std::string part;       // "column", "index", ...; "table" for the table itself
  std::string name;       // of the part; empty for the table and its primary key
  std::string what;       // "type", "columns", ...; "missing" from the other, or "surplus" there
  std::string reference;  // both sides, in words of the model
  std::string other;
  std::string reference_name;  // of the schemas
  std::string other_name;
  Engine other_engine = Engine::sqlite;
  // What an allow file may explain it by; none: nothing does.
  std::optional<ParityReason> reason = {};
  // "mysql/agent/0003_retention.up.sql:4", the statement of the migrations that names it last;
  // empty where there is none. check_trees() tells it.
  std::string place = {};
};

// "jobs, column name, type: key(255) on postgres, text on sqlite"
[[nodiscard]] std::string to_string(const SchemaDifference& difference);

// All differences, sorted by table. The reference is the one whose engine can say most: types,
// partial indexes and lengths that only the other has are not explained.
[[nodiscard]] std::vector<SchemaDifference> compare(const Schema& reference, const Schema& other);

struct ParityReport;

// The allow file: TOML, of which [[allow]] and lines of name = "text" are understood.
class ParityAllow {
 public:
  // InvalidData, naming file and line, for whatever else is in it.
  [[nodiscard]] static ParityAllow parse(std::string_view text,
                                         std::string_view file = "parity.toml");
  // For the migrations that are compiled into the library.
  [[nodiscard]] static ParityAllow embedded();

 private:
  friend ParityReport check_parity(std::span<const Schema>, const ParityAllow&);
  struct Entry {
    ParityReason reason = ParityReason::type;
    Engine engine = Engine::sqlite;  // of the side that is not the reference
    std::string table;               // empty: any
    std::string name;                // of a column, index or check; empty: any
    std::string reference;           // types, of the reason type only
    std::string other;
    std::string place;  // file:line
  };
  static bool explains(const Entry& entry, const SchemaDifference& difference);
  std::vector<Entry> entries_;
};

struct ParityReport {
  std::vector<SchemaDifference> unexplained;
  std::vector<SchemaDifference> explained;
  std::vector<std::string> unused;  // entries for a compared engine that explain nothing
  [[nodiscard]] bool passed() const noexcept { return unexplained.empty() && unused.empty(); }
};

// Compares each schema with the first.
[[nodiscard]] ParityReport check_parity(std::span<const Schema> schemas, const ParityAllow& allow);

}  // namespace lockstep
