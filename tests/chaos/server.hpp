// SPDX-License-Identifier: BSL-1.0
// A server of `tests/servers run`: how it is hurt, and what its raw client says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chaos/process.hpp"
#include "lockstep/database.hpp"

namespace lockstep::chaos {

// What a URL of tests/servers says: scheme://user:password@127.0.0.1:port/database.
struct Address {
  std::string user;
  std::string password;
  std::string port;
  std::string database;
};
[[nodiscard]] Address address_of(const std::string& url);

class Server {
 public:
  // Throws std::runtime_error outside of tests/servers run.
  explicit Server(Engine engine);

  [[nodiscard]] Engine engine() const noexcept { return engine_; }
  // "postgres", "mysql": as tests/servers and lockstep call it.
  [[nodiscard]] std::string name() const { return std::string(to_string(engine_)); }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] Database open(DatabaseOptions options = {}) const;

  // All of its processes die at once, as by kill -9.
  void kill() const;
  // Starts it on the same port and data, after it was ended in good order if it runs; returns when
  // a raw client was answered.
  void restart() const;
  void freeze() const;
  void thaw() const;

  // What the raw client prints for statements: a line per row, columns separated by tabs.
  [[nodiscard]] std::string raw(std::string_view sql) const;
  // The whole numbers of a query with one column.
  [[nodiscard]] std::vector<long long> raw_numbers(std::string_view sql) const;
  // A query with one row of one whole number.
  [[nodiscard]] long long raw_number(std::string_view sql) const;

 private:
  void control(const std::vector<std::string>& words) const;

  Engine engine_;
  std::string url_;
  Command client_;
  std::vector<std::string> secrets_;
};

// Freezes a server for as long as it lives.
class Frozen {
 public:
  explicit Frozen(const Server& server) : server_(server) { server_.freeze(); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  ~Frozen() {
    if (frozen_) server_.thaw();
  }
  void thaw() {
    frozen_ = false;
    server_.thaw();
  }

 private:
  const Server& server_;
  bool frozen_ = true;
};

// Lets the libraries make what they keep for the life of the process, on both engines.
void warm_up();

}  // namespace lockstep::chaos
