// SPDX-License-Identifier: BSL-1.0
// Which servers a file is for: "mysql>=8|mariadb".
#pragma once

#include <string>
#include <string_view>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

// What answers a connection. MariaDB is not MySQL here.
struct ServerName {
  std::string name;     // sqlite, postgres, mysql or mariadb
  std::string version;  // its numbers: "10.11.19"
};

// `version` is as Session::version() tells it.
[[nodiscard]] ServerName name_server(Engine engine, std::string_view version);

// Why the rule cannot be read; empty: it can.
[[nodiscard]] std::string engine_rule_fault(std::string_view rule);

// Whether one alternative of a sound rule takes the server. An empty rule takes every one.
[[nodiscard]] bool rule_takes(std::string_view rule, const ServerName& server);

}  // namespace lockstep::detail
