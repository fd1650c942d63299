// SPDX-License-Identifier: BSL-1.0
// The files that are compiled into the library, from a source that the build generates: see
// lockstep_embed_migrations() in cmake/embed_migrations.cmake.
#pragma once

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

// migrations/<engine>/<domain>/<file>.sql and migrations/parity.toml, byte for byte and by path.
// Constant data: usable before main.
[[nodiscard]] std::span<const FolderFile> migration_files() noexcept;

// One of the migrations. All views have static storage.
struct EmbeddedFile {
  std::string_view engine;     // "sqlite", "postgres" or "mysql"
  std::string_view domain;     // "scheduler", ...
  std::string_view file_name;  // NNNN_name.up.sql or NNNN_name.down.sql
  std::string_view text;
};

// Every embedded migration, by engine, domain and file name.
[[nodiscard]] std::vector<EmbeddedFile> embedded_migrations();

}  // namespace lockstep::detail
