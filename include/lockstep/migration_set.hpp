// SPDX-License-Identifier: BSL-1.0
// MigrationSet: the migrations of one engine, read from files or from memory and checked.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/sql.hpp"

namespace lockstep {

// One file: `0001_initial.up.sql` makes version 0001 of its domain, `0001_initial.down.sql` undoes
// it.
struct MigrationFile {
  std::string_view domain;  // a module's name; "default" for a user's own files
  std::string_view file_name;
  std::string_view text;  // UTF-8; a byte order mark and CRLF are accepted
};

struct Migration {
  std::string domain;
  std::string version;  // as the file's name has it; "2", "02" and "0002" are the same version
  std::string name;
  std::string up_file;
  std::string up;
  std::string down_file;            // empty: there is none
  std::optional<std::string> down;  // none: it cannot be reverted
};

// Sorted: the domain lockstep first, then by domain, then by version, digits compared as numbers.
class MigrationSet {
 public:
  // Copies `files`. InvalidData, naming file and line, for a name of another form, two files for
  // one version, a down without its up, a file without SQL, an open quote or body, NUL, invalid
  // UTF-8.
  MigrationSet(Engine engine, std::span<const MigrationFile> files);
  // What is compiled into the library: the named domains and the domain lockstep, or all of them if
  // none is named. InvalidArgument for a domain that is not there.
  [[nodiscard]] static MigrationSet embedded(Engine engine,
                                             const std::vector<std::string>& domains = {});

  [[nodiscard]] Engine engine() const noexcept { return engine_; }
  [[nodiscard]] const std::vector<Migration>& migrations() const noexcept { return migrations_; }
  // Without repetition, in the order in which they are applied.
  [[nodiscard]] std::vector<std::string> domains() const;
  // Null if the set has no such version.
  [[nodiscard]] const Migration* find(std::string_view domain, std::string_view version) const;

 private:
  Engine engine_;
  std::vector<Migration> migrations_;
};

}  // namespace lockstep
