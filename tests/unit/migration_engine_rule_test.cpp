// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include "migrate/engine_rule.hpp"

namespace lockstep::tests {
namespace {

using detail::engine_rule_fault;
using detail::name_server;
using detail::rule_takes;
using detail::ServerName;

TEST_CASE("engine rule: who answers") {
  const ServerName mariadb = name_server(Engine::mysql, "10.11.19-MariaDB");
  CHECK(mariadb.name == "mariadb");
  CHECK(mariadb.version == "10.11.19");
  const ServerName mysql = name_server(Engine::mysql, "8.0.36-0ubuntu0.22.04.1");
  CHECK(mysql.name == "mysql");
  CHECK(mysql.version == "8.0.36");
  CHECK(name_server(Engine::postgres, "15.20").name == "postgres");
  CHECK(name_server(Engine::sqlite, "3.40.1").version == "3.40.1");
}

TEST_CASE("engine rule: one alternative has to take the server") {
  const ServerName mariadb{"mariadb", "10.11.19"};
  for (const std::string_view rule :
       {"", "mariadb", "mysql|mariadb", "mariadb>=10.6", "mariadb>=10.11", "mariadb>=10.11.19",
        "sqlite>=3|mariadb>=10|mysql"}) {
    CAPTURE(rule);
    CHECK(rule_takes(rule, mariadb));
    CHECK((rule.empty() || engine_rule_fault(rule).empty()));
  }
  for (const std::string_view rule :
       {"mysql", "mariadb>=10.12", "mariadb>=11", "mysql>=8|postgres", "mariadb>=10.11.20"}) {
    CAPTURE(rule);
    CHECK_FALSE(rule_takes(rule, mariadb));
    CHECK(engine_rule_fault(rule).empty());
  }
  CHECK(rule_takes("mysql>=8", {"mysql", "8.0.36"}));
  CHECK_FALSE(rule_takes("mysql>=8", {"mysql", "5.7.44"}));
}

TEST_CASE("engine rule: what cannot be read") {
  for (const std::string_view rule : {"", "|mysql", "mysql|", "mysql||mariadb", "mysql>=",
                                      "mysql>=8.", "mysql>8", "MySQL", "mysql >=8"}) {
    CAPTURE(rule);
    CHECK_FALSE(engine_rule_fault(rule).empty());
  }
}

}  // namespace
}  // namespace lockstep::tests
