// SPDX-License-Identifier: BSL-1.0
// The migrations that are compiled into the library, from a source that the build generates.
#pragma once

#include <span>
#include <string_view>

namespace lockstep::detail {

// One file migrations/<engine>/<domain>/<file_name>, byte for byte. All views have static storage.
struct EmbeddedFile {
  std::string_view engine;     // "sqlite", "postgres" or "mysql"
  std::string_view domain;     // "scheduler", ...
  std::string_view file_name;  // NNNN_name.up.sql or NNNN_name.down.sql
  std::string_view text;
};

// Every embedded file, by engine, domain and file name. Constant data: usable before main.
[[nodiscard]] std::span<const EmbeddedFile> embedded_migrations() noexcept;

// What they may differ in between engines: migrations/parity.toml.
[[nodiscard]] std::string_view embedded_parity() noexcept;

}  // namespace lockstep::detail
