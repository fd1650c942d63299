// SPDX-License-Identifier: BSL-1.0
// A PgBouncer in transaction mode before a PostgreSQL server of the tests.
#pragma once

#include <memory>

#include "chaos/process.hpp"

namespace lockstep::chaos {

class PgBouncer {
 public:
  // `url` names the server as tests/servers does. The pool has so many connections to it. Throws
  // std::runtime_error if it does not listen.
  PgBouncer(const std::string& url, int server_connections);

  // The same database through the pooler.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

 private:
  void configure(const std::string& url, int port, int server_connections);

  Scratch scratch_;
  std::string url_;
  std::unique_ptr<Background> process_;
};

}  // namespace lockstep::chaos
