// SPDX-License-Identifier: BSL-1.0
#include "chaos/server.hpp"

#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace lockstep::chaos {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set: use ./chaos");
  return value;
}

}  // namespace

Address address_of(const std::string& url) {
  const auto user = url.find("://") + 3;
  const auto password = url.find(':', user) + 1;
  const auto host = url.find('@', password) + 1;
  const auto port = url.find(':', host) + 1;
  const auto database = url.find('/', port) + 1;
  return {url.substr(user, password - user - 1), url.substr(password, host - password - 1),
          url.substr(port, database - port - 1), url.substr(database)};
}

Server::Server(Engine engine)
    : engine_(engine),
      url_(variable(engine == Engine::postgres ? "LOCKSTEP_TEST_POSTGRES_URL"
                                               : "LOCKSTEP_TEST_MYSQL_URL")) {
  const Address address = address_of(url_);
  if (engine == Engine::postgres) {
    client_ = {"psql",
               "-X",
               "-q",
               "-A",
               "-t",
               "-F",
               "\t",
               "-v",
               "ON_ERROR_STOP=1",
               "-h",
               "127.0.0.1",
               "-p",
               address.port,
               "-U",
               address.user,
               "-d",
               address.database,
               "-c"};
    secrets_ = {"PGPASSWORD=" + address.password};
  } else {
    client_ = {
        "mariadb",    "--no-defaults",  "-N", "-B", "-h", "127.0.0.1", "-P", address.port, "-u",
        address.user, address.database, "-e"};
    secrets_ = {"MYSQL_PWD=" + address.password};
  }
}

Database Server::open(DatabaseOptions options) const {
  return Database::open(url_, std::move(options));
}

void Server::control(const std::vector<std::string>& words) const {
  Command command{LOCKSTEP_SOURCE_DIR "/tests/servers"};
  command.insert(command.end(), words.begin(), words.end());
  output_of(command);
}

void Server::kill() const { control({"signal", name(), "KILL"}); }
void Server::restart() const { control({"restart", name()}); }
void Server::freeze() const { control({"signal", name(), "STOP"}); }
void Server::thaw() const { control({"signal", name(), "CONT"}); }

std::string Server::raw(std::string_view sql) const {
  Command command = client_;
  command.emplace_back(sql);
  return output_of(command, secrets_);
}

std::vector<long long> Server::raw_numbers(std::string_view sql) const {
  return numbers_of(raw(sql));
}

long long Server::raw_number(std::string_view sql) const {
  const std::vector<long long> numbers = raw_numbers(sql);
  if (numbers.size() != 1) throw std::runtime_error("not one row: " + std::string(sql));
  return numbers.front();
}

// A deadline and a cancel need threads that stay.
void warm_up() {
  for (const Engine engine : {Engine::postgres, Engine::mysql}) {
    Database db = Server(engine).open();
    std::stop_source stop;
    const CallOptions options{.deadline = std::chrono::seconds(5), .stop = stop.get_token()};
    const std::jthread stopper([&stop] { stop.request_stop(); });
    try {
      db.with(options).execute(engine == Engine::postgres ? "SELECT pg_sleep(1)" : "DO SLEEP(1)");
    } catch (const Cancelled&) {
    }
  }
}

}  // namespace lockstep::chaos
