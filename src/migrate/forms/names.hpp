// SPDX-License-Identifier: BSL-1.0
// Versions, names and engines in the names of migration files.
#pragma once

#include <optional>
#include <string_view>

#include "lockstep/sql.hpp"

namespace lockstep::detail {

// "1.2.3_create_users" as version, the character behind it, and the rest. A version is digits, in
// groups that dots or dashes separate; empty if the text does not begin with one.
struct VersionedName {
  std::string_view version;
  char separator = '\0';
  std::string_view name;
};
[[nodiscard]] VersionedName cut_version(std::string_view stem) noexcept;

// What the last parts of "0001_users.postgres.autocommit" say.
struct Infix {
  std::string_view stem;         // what is left
  std::optional<Engine> engine;  // that it is for
  bool other_engine = false;     // for one that lockstep does not have
  bool no_transaction = false;
};
[[nodiscard]] Infix cut_infix(std::string_view stem) noexcept;

// The engine that a folder is named for: sqlite or sqlite3, postgres, postgresql or pg, mysql or
// mariadb.
[[nodiscard]] std::optional<Engine> folder_engine(std::string_view name) noexcept;

// The last part of a path.
[[nodiscard]] std::string_view base_name(std::string_view path) noexcept;

}  // namespace lockstep::detail
