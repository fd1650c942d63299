// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <optional>

#include "lockstep/dialect.hpp"

namespace {

using lockstep::Dsn;
using lockstep::Engine;

// The engine's own form of a DSN is a complete URL.
std::string parsed(const std::string& text) {
  return lockstep::dialect(Engine::mysql).parse({Engine::mysql, text}).dsn;
}

// The message of the refusal, if there is one.
std::optional<std::string> refusal(const std::string& text) {
  try {
    parsed(text);
  } catch (const lockstep::InvalidArgument& e) {
    return std::string(e.what());
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("mysql dsn: what is understood") {
  struct Case {
    std::string text;
    std::string url;
  };
  const Case cases[] = {
      {"mysql://app:pw@db1:3307/jobs", "mysql://app:pw@db1:3307/jobs?ssl-mode=verify-full"},
      {"mariadb://app@db1", "mysql://app@db1:3306/?ssl-mode=verify-full"},
      {"mysql://", "mysql://@127.0.0.1:3306/?ssl-mode=disabled"},
      {"mysql:///jobs", "mysql://@127.0.0.1:3306/jobs?ssl-mode=disabled"},
      {"mysql://:3307/jobs", "mysql://@127.0.0.1:3307/jobs?ssl-mode=disabled"},
      {"mysql://localhost/jobs", "mysql://@localhost:3306/jobs?ssl-mode=disabled"},
      {"mysql://127.0.0.9/jobs?ssl-mode=required",
       "mysql://@127.0.0.9:3306/jobs?ssl-mode=required"},
      {"mysql://[::1]:3307/jobs", "mysql://@[%3A%3A1]:3307/jobs?ssl-mode=disabled"},
      {"mysql://[fe80::1%25eth0]/jobs",
       "mysql://@[fe80%3A%3A1%25eth0]:3306/jobs?ssl-mode=verify-full"},
      {"mysql://a%40b:p%3a%2F%3F%23%25%20@db/j%2Fk",
       "mysql://a%40b:p%3A%2F%3F%23%25%20@db:3306/j%2Fk?ssl-mode=verify-full"},
      {"mysql://u:p@ss@db/j", "mysql://u:p%40ss@db:3306/j?ssl-mode=verify-full"},
      {"mysql://u:a:b@db/j", "mysql://u:a%3Ab@db:3306/j?ssl-mode=verify-full"},
      {"mysql://u@/j?socket=/run/my.sock", "mysql://u@:3306/j?socket=%2Frun%2Fmy.sock"},
      {"mysql://u@localhost/j?socket=/s&ssl-mode=disabled", "mysql://u@:3306/j?socket=%2Fs"},
      {"mysql://u@db/j?charset=utf8mb4&connect-timeout=7",
       "mysql://u@db:3306/j?ssl-mode=verify-full&connect-timeout=7"},
      {"mysql://u@localhost/j?ssl-ca=/c/a.pem",
       "mysql://u@localhost:3306/j?ssl-mode=verify-full&ssl-ca=%2Fc%2Fa.pem"},
      {"mysql://u@db/j?ssl-mode=required&ssl-ca=/a&ssl-cert=/b&ssl-key=/c",
       "mysql://u@db:3306/j?ssl-mode=required&ssl-ca=%2Fa&ssl-cert=%2Fb&ssl-key=%2Fc"},
      {"mysql://u@db/j?&charset=utf8mb4&", "mysql://u@db:3306/j?ssl-mode=verify-full"},
      // Go's form: nothing is encoded before the last '/'.
      {"u:p@tcp(db:3307)/j", "mysql://u:p@db:3307/j?ssl-mode=verify-full"},
      {"u:p@ss:w/o?%rd@tcp(db)/j",
       "mysql://u:p%40ss%3Aw%2Fo%3F%25rd@db:3306/j?ssl-mode=verify-full"},
      {"u@tcp([::1]:3307)/j", "mysql://u@[%3A%3A1]:3307/j?ssl-mode=disabled"},
      {"u@tcp/j", "mysql://u@127.0.0.1:3306/j?ssl-mode=disabled"},
      {"u:p@/j", "mysql://u:p@127.0.0.1:3306/j?ssl-mode=disabled"},
      {"/", "mysql://@127.0.0.1:3306/?ssl-mode=disabled"},
      {"u@unix(/run/my.sock)/j", "mysql://u@:3306/j?socket=%2Frun%2Fmy.sock"},
      {"u@tcp(db)/j?parseTime=true&charset=utf8mb4,utf8&loc=UTC&collation=utf8mb4_bin&"
       "time_zone=%27%2B00%3A00%27&clientFoundRows=1&multiStatements=False&interpolateParams=0",
       "mysql://u@db:3306/j?ssl-mode=verify-full"},
      {"u@tcp(db)/j?tls=skip-verify&timeout=1m30s",
       "mysql://u@db:3306/j?ssl-mode=required&connect-timeout=90"},
      {"u@tcp(db)/j?tls=false&timeout=1500ms",
       "mysql://u@db:3306/j?ssl-mode=disabled&connect-timeout=2"},
      {"u@tcp(db)/j?timeout=1ms", "mysql://u@db:3306/j?ssl-mode=verify-full&connect-timeout=1"},
      {"u@tcp(localhost)/j?tls=true", "mysql://u@localhost:3306/j?ssl-mode=verify-full"},
      {"u@tcp(db)/j?ssl-ca=%2Fa", "mysql://u@db:3306/j?ssl-mode=verify-full&ssl-ca=%2Fa"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(parsed(c.text) == c.url);
    CHECK(parsed(c.url) == c.url);
  }
}

TEST_CASE("mysql dsn: what is refused, and what the message says") {
  struct Case {
    std::string text;
    std::string part;
  };
  const Case cases[] = {
      {"mysql://db/j?charset=latin1", "charset is utf8mb4"},
      {"mysql://db/j?charset=utf8", "charset is utf8mb4"},
      {"mysql://db/j?chrset=utf8mb4", "unknown key \"chrset\", did you mean \"charset\"?"},
      {"mysql://db/j?sslmode=required", "did you mean \"ssl-mode\"?"},
      {"mysql://db/j?connect_timeout=1", "did you mean \"connect-timeout\"?"},
      {"mysql://db/j?parseTime=true", "unknown key \"parseTime\""},
      {"mysql://db/j?charset", "has no value"},
      {"mysql://db/j?charset=utf8mb4&charset=utf8mb4", "given twice"},
      {"mysql://db/j?ssl-mode=preferred", "ssl-mode is"},
      {"mysql://db/j?ssl-mode=", "ssl-mode is"},
      {"mysql://db/j?connect-timeout=0", "connect-timeout"},
      {"mysql://db/j?connect-timeout=1.5", "connect-timeout"},
      {"mysql://db/j?connect-timeout=9999999999999999999999", "connect-timeout"},
      {"mysql://db/j?socket=/s", "either a host or a socket"},
      {"mysql://localhost/j?socket=s", "absolute path"},
      {"mysql://localhost/j?socket=/s&ssl-mode=required", "a socket has no TLS"},
      {"mysql://db/j?ssl-mode=disabled&ssl-ca=/a", "uses no certificate"},
      {"mysql://db/j?ssl-cert=/a", "given together"},
      {"mysql://db/j?ssl-ca=/a%3Bssl-verify-server-cert%3D0", "ssl-ca is a path"},
      {"mysql://db:0/j", "port"},
      {"mysql://db:65536/j", "port"},
      {"mysql://db:x/j", "port"},
      {"mysql://db:/j", "port"},
      {"mysql://::1/j", "brackets"},
      {"mysql://[::1/j", "']'"},
      {"mysql://[::1]3306/j", "malformed"},
      {"mysql://db1,db2/j", "malformed"},
      {"mysql://db;protocol=2/j", "malformed"},
      {"mysql://db%3Bssl-verify-server-cert=0/j", "malformed"},
      {"mysql://http%3A%2F%2Fdb/j", "malformed"},
      {"mysql://db/j/k", "%2F"},
      {"mysql://db/j#k", "malformed"},
      {"mysql://db/%zz", "malformed"},
      {"mysql://u%00@db/j", "malformed"},
      {"db1", "a DSN is mysql://"},
      {"u@localhost:3306/j", "tcp or unix"},
      {"u@udp(db)/j", "tcp or unix"},
      {"u@unix(s)/j", "unix(/path"},
      {"u@unix/j", "unix(/path"},
      {"u@tcp(db/j", "malformed"},
      {"u@tcp(db)/j?parseTime=false", "parseTime is always true"},
      {"u@tcp(db)/j?loc=Local", "loc is always UTC"},
      {"u@tcp(db)/j?collation=utf8mb4_general_ci", "collation is always utf8mb4_bin"},
      {"u@tcp(db)/j?multiStatements=true", "multiStatements is always false"},
      {"u@tcp(db)/j?clientFoundRows=false", "clientFoundRows is always true"},
      {"u@tcp(db)/j?ssl-ca=/a", "'/' in a parameter of the Go form"},
      {"u@tcp(db)/j?tls=preferred", "tls is"},
      {"u@tcp(db)/j?tls=custom", "ssl-ca"},
      {"u@tcp(db)/j?timeout=soon", "timeout"},
      {"u@tcp(db)/j?parsetime=true", "did you mean \"parseTime\"?"},
      {"u@tcp(db)/j?readTimeout=1s", "unknown key \"readTimeout\""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto message = refusal(c.text);
    REQUIRE(message);
    CAPTURE(*message);
    CHECK(message->find(c.part) != std::string::npos);
  }
}

TEST_CASE("mysql dsn: no message holds a part of a password") {
  const std::string texts[] = {
      "mysql://app:SECRET/SECRET@db/j",
      "mysql://app:SECRET?SECRET=1@db/j",
      "mysql://app:SECRET#SECRET@db/j",
      "mysql://app:1?SECRET=SECRET@db/j",
      "mysql://app:1/?SECRET=SECRET@db/j",
      "mysql://app:SECRET%zz@db/j",
      "mysql://app:SECRET@db:SECRET/j",
      "mysql://app:SECRET",
      "mysql://app:SECRET@db/j?unknown=1",
      "app:SECRET@udp(db)/j",
      "app:SECRET/x?SECRET=1@tcp(db)",
      "app:SECRET@tcp(db)/j?loc=Local",
      "app:SECRET@db",
      "app:SECRET@tcp(db:SECRET)/j",
      "app:SECRET/x@tcp(db)",
      "app:SECRET",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto message = refusal(text);
    REQUIRE(message);
    CHECK(message->find("SECRET") == std::string::npos);
  }
}

TEST_CASE("mysql dsn: the form for messages has no password") {
  for (const char* text : {"mysql://app:SECRET@db/j", "app:SECRET@tcp(db)/j"}) {
    const auto target = lockstep::dialect(Engine::mysql).parse({Engine::mysql, text});
    CHECK(target.redacted.find("SECRET") == std::string::npos);
    CHECK(target.redacted.find("app") != std::string::npos);
    CHECK_FALSE(target.single_connection);
  }
}
