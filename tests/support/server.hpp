// SPDX-License-Identifier: BSL-1.0
// What tests need of a server: how it is reached, and what its sessions do.
#pragma once

#include "support/target.hpp"

namespace lockstep::tests {

// Whether the target is a server: reached over a link that can break, by accounts.
[[nodiscard]] bool has_server();

// The parts of a server's URL. Those that tests/servers prints need no encoding.
struct ServerUrl {
  std::string scheme;
  std::string user;
  std::string password;
  std::string host;
  std::uint16_t port = 0;
  std::string database;
  std::string query = {};  // "key=value&key=value"

  [[nodiscard]] static ServerUrl parse(const std::string& url);
  [[nodiscard]] std::string text() const;
};

// Of database().
[[nodiscard]] ServerUrl server_url();
// The same for the account of tests/servers that may read only, and open few connections at once.
[[nodiscard]] ServerUrl guest_url();

// Of a server of the target's engine that has TLS, under the name that its certificate is for.
[[nodiscard]] ServerUrl tls_url();

// The server's number of a session, as fetch_value<std::int64_t> reads it; 0 on SQLite.
extern const Sql own_session;
// Inserts into `counters` of Samples, but takes a minute or longer before it is done.
extern const Sql endless;
// The number of the session that executes `endless` on `runner`, which is database(), as soon as
// the engine shows it; 0 on SQLite, where it holds the write lock then. In memory nothing is shown
// but that the only connection is in use.
std::int64_t await_endless(Database& runner);
// Ends another session from outside. Its link is closed when this returns.
void end_session(Executor& by, std::int64_t session);

}  // namespace lockstep::tests
