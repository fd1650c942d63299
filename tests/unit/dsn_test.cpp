// SPDX-License-Identifier: BSL-1.0
#include "lockstep/dsn.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

#include "lockstep/error.hpp"

namespace lockstep {
namespace {

using namespace std::string_view_literals;

// Parts of a password that nobody must see; whatever stands between them is what makes it hard.
constexpr std::string_view first_mark = "MARKER1";
constexpr std::string_view second_mark = "MARKER2";

bool leaks(std::string_view text) { return text.find("MARKER") != std::string_view::npos; }

// The text with each "{}" replaced.
std::string fill(std::string_view form, std::string_view password) {
  std::string out(form);
  for (auto at = out.find("{}"); at != std::string::npos; at = out.find("{}", at)) {
    out.replace(at, 2, password);
    at += password.size();
  }
  return out;
}

template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("dsn: forms of a URL") {
  struct Row {
    std::string_view url;
    Engine engine;
    std::string_view text;
  };
  constexpr std::array<Row, 23> rows{{
      {"sqlite:rel.db", Engine::sqlite, "rel.db"},
      {"sqlite:/abs.db", Engine::sqlite, "/abs.db"},
      {"sqlite:///abs.db", Engine::sqlite, "///abs.db"},
      {"sqlite::memory:", Engine::sqlite, ":memory:"},
      {"sqlite:rel.db?mode=ro&synchronous=normal", Engine::sqlite,
       "rel.db?mode=ro&synchronous=normal"},
      {"sqlite3:rel.db", Engine::sqlite, "rel.db"},
      {"SQLite:Rel.db", Engine::sqlite, "Rel.db"},
      {"sqlite://rel/x.db", Engine::sqlite, "//rel/x.db"},
      {"postgresql://app:pw@db1:5432/jobs", Engine::postgres, "postgresql://app:pw@db1:5432/jobs"},
      {"postgres://db1/jobs", Engine::postgres, "postgres://db1/jobs"},
      {"POSTGRESQL://DB1/Jobs", Engine::postgres, "postgresql://DB1/Jobs"},
      {"postgresql://", Engine::postgres, "postgresql://"},
      {"host=db1 dbname=jobs", Engine::postgres, "host=db1 dbname=jobs"},
      {"dbname = jobs", Engine::postgres, "dbname = jobs"},
      {"  user=app", Engine::postgres, "  user=app"},
      {"\n\tuser=app", Engine::postgres, "\n\tuser=app"},
      {"password='a:b' host=db1", Engine::postgres, "password='a:b' host=db1"},
      {"sslmode=disable host=db1", Engine::postgres, "sslmode=disable host=db1"},
      {"dbname=postgresql://db1/jobs", Engine::postgres, "dbname=postgresql://db1/jobs"},
      {"mysql://app@db1:3306/jobs?ssl-mode=required", Engine::mysql,
       "mysql://app@db1:3306/jobs?ssl-mode=required"},
      {"mariadb://db1/jobs", Engine::mysql, "mariadb://db1/jobs"},
      {"MariaDB://db1/jobs", Engine::mysql, "mariadb://db1/jobs"},
      {"mysql://app:pw@/jobs?socket=/run/m.sock", Engine::mysql,
       "mysql://app:pw@/jobs?socket=/run/m.sock"},
  }};
  for (const Row& row : rows) {
    CAPTURE(row.url);
    const Dsn dsn = Dsn::parse(row.url);
    CHECK(dsn.engine == row.engine);
    CHECK(dsn.text == row.text);
  }
}

TEST_CASE("dsn: URLs that are refused") {
  struct Row {
    std::string_view url;
    std::string_view what;  // a part of the text
  };
  constexpr std::array<Row, 20> rows{{
      {"", "empty database URL"},
      {"jobs.db", "no scheme"},
      {"/var/lib/jobs.db", "no scheme"},
      {":memory:", "no scheme"},
      {"//db1/jobs", "no scheme"},
      {" ", "no scheme"},
      {"oracle://db1/jobs", "unknown driver \"oracle\""},
      {"oracle:jobs", "unknown driver"},
      {"sqlit:jobs.db", "did you mean \"sqlite\"?"},
      {"mysq://db1/jobs", "did you mean \"mysql\"?"},
      {"postgre://db1/jobs", "did you mean \"postgres\"?"},
      {" mysql://db1/jobs", "unknown driver"},
      {"my sql://db1/jobs", "unknown driver"},
      {"postgresql:jobs", "must begin with postgresql://"},
      {"postgres:/db1/jobs", "must begin with postgres://"},
      {"mysql:app@db1", "must begin with mysql://"},
      {"sqlite:", "a SQLite URL names a file"},
      {"sqlite:?mode=rwc", "a SQLite URL names a file"},
      {"sqlite:a\0b"sv, "NUL byte"},
      {"sqlite:a\xFF", "not valid UTF-8"},
  }};
  for (const Row& row : rows) {
    CAPTURE(row.url);
    const std::string what = refusal([&] { static_cast<void>(Dsn::parse(row.url)); });
    CAPTURE(what);
    CHECK(what.find(row.what) != std::string::npos);
  }
}

TEST_CASE("dsn: driver and DSN, as the programs we come from name them") {
  struct Row {
    std::string_view driver;
    std::string_view dsn;
    Engine engine;
  };
  constexpr std::array<Row, 11> rows{{
      {"sqlite3", "jobs.db", Engine::sqlite},
      {"sqlite3", ":memory:", Engine::sqlite},
      {"sqlite3", "", Engine::sqlite},
      {"sqlite", "/abs.db", Engine::sqlite},
      {"postgres", "host=db1 dbname=jobs", Engine::postgres},
      {"postgres", "postgres://db1/jobs", Engine::postgres},
      {"postgres", "", Engine::postgres},
      {"postgresql", "jobs", Engine::postgres},
      {"mysql", "app:pw@tcp(db1:3306)/jobs", Engine::mysql},
      {"mysql", "mysql://db1/jobs", Engine::mysql},
      {"mariadb", "app@unix(/run/m.sock)/jobs", Engine::mysql},
  }};
  for (const Row& row : rows) {
    CAPTURE(row.driver);
    CAPTURE(row.dsn);
    const Dsn dsn = Dsn::from_driver(row.driver, row.dsn);
    CHECK(dsn.engine == row.engine);
    CHECK(dsn.text == row.dsn);
  }
}

TEST_CASE("dsn: drivers that are refused") {
  for (const std::string_view driver : {"", "oracle", "SQLite3", "pgx", "postgres "}) {
    CAPTURE(driver);
    const std::string what = refusal([&] { static_cast<void>(Dsn::from_driver(driver, "x")); });
    CHECK(what.starts_with("unknown driver"));
    CHECK(what.find("known: sqlite, postgresql, mysql") != std::string::npos);
  }
  CHECK(refusal([] { static_cast<void>(Dsn::from_driver("sqlite3", "a\0b"sv)); }) ==
        "DSN: NUL byte in a text");
  CHECK(refusal([] { static_cast<void>(Dsn::from_driver("mysql", "\xC0\x80")); }) ==
        "DSN: text is not valid UTF-8");
}

TEST_CASE("dsn: a refusal tells no password") {
  for (const std::string_view url :
       {"oracle://app:MARKER1@db1/jobs", "app:MARKER1@tcp(db1)/jobs", "app MARKER1:x@db1",
        "postgresql:app:MARKER1@db1", "app:MARKER1", "MARKER1", "//app:MARKER1@db1",
        "app/MARKER1:x"}) {
    CAPTURE(url);
    const std::string what = refusal([&] { static_cast<void>(Dsn::parse(url)); });
    CHECK(!what.empty());
    CHECK(!leaks(what));
  }
  for (const std::string_view driver :
       {"app:MARKER1@tcp(db1)/jobs", "host=db1 password=MARKER1", "mysql://app:MARKER1@db1/jobs"}) {
    CAPTURE(driver);
    const std::string what = refusal([&] { static_cast<void>(Dsn::from_driver(driver, "mysql")); });
    CHECK(!what.empty());
    CHECK(!leaks(what));
  }
}

TEST_CASE("redact: known forms keep everything but the password") {
  struct Row {
    std::string_view text;
    std::string_view redacted;
  };
  constexpr std::array<Row, 37> rows{{
      {"postgresql://app:pw@db1:5432/jobs?sslmode=require",
       "postgresql://app:***@db1:5432/jobs?sslmode=require"},
      {"postgresql://app:@db1/jobs", "postgresql://app:***@db1/jobs"},
      {"postgresql://:pw@db1/jobs", "postgresql://:***@db1/jobs"},
      {"postgresql://app@db1/jobs", "postgresql://app@db1/jobs"},
      {"postgresql://db1/jobs", "postgresql://db1/jobs"},
      {"postgresql://db1:5432/jobs", "postgresql://db1:5432/jobs"},
      {"postgresql://db1:5432,db2:5433/jobs", "postgresql://db1:5432,db2:5433/jobs"},
      {"postgresql://[::1]:5432/jobs", "postgresql://[::1]:5432/jobs"},
      {"postgresql://[2001:db8::1]/jobs?connect_timeout=3",
       "postgresql://[2001:db8::1]/jobs?connect_timeout=3"},
      {"postgresql:///jobs?host=/run/pg:x", "postgresql:///jobs?host=/run/pg:x"},
      {"postgresql://app:pw@db1:1,db2:2/jobs", "postgresql://app:***@db1:1,db2:2/jobs"},
      {"postgresql://db1/jobs?user=app&password=pw&sslmode=require",
       "postgresql://db1/jobs?user=app&password=***&sslmode=require"},
      {"postgresql://db1/jobs?user=app&password=", "postgresql://db1/jobs?user=app&password=***"},
      {"postgresql://db1/jobs?pass%77ord=pw&user=app",
       "postgresql://db1/jobs?pass%77ord=***&user=app"},
      {"postgresql://app@db1/jobs?sslpassword=pw&sslmode=require",
       "postgresql://app@db1/jobs?sslpassword=***&sslmode=require"},
      {"mysql://app:pw@db1:3306/jobs?ssl-mode=required&charset=utf8mb4",
       "mysql://app:***@db1:3306/jobs?ssl-mode=required&charset=utf8mb4"},
      {"app:pw@tcp(db1:3306)/jobs?parseTime=true", "app:***@tcp(db1:3306)/jobs?parseTime=true"},
      {"app:pw@unix(/run/m.sock)/jobs", "app:***@unix(/run/m.sock)/jobs"},
      {"app@tcp(db1:3306)/jobs", "app@tcp(db1:3306)/jobs"},
      {"tcp(db1:3306)/jobs", "tcp(db1:3306)/jobs"},
      {"host=db1 user=app password=pw dbname=jobs", "host=db1 user=app password=*** dbname=jobs"},
      {"password=pw host=db1 user=app", "password=*** host=db1 user=app"},
      {"host=db1 password = pw user=app", "host=db1 password = *** user=app"},
      {"host=db1 password='p w' user=app", "host=db1 password=*** user=app"},
      {"host=db1 password='p\\'w x=y' user=app", "host=db1 password=*** user=app"},
      {"host=db1 password=p\\ w\\=x user=app", "host=db1 password=*** user=app"},
      {"host=db1 password='' user=app", "host=db1 password=*** user=app"},
      {"host=db1\tpassword=pw\tuser=app", "host=db1\tpassword=***\tuser=app"},
      {"host=db1\npassword\t=\npw\nuser=app", "host=db1\npassword\t=\n***\nuser=app"},
      {"host=db1 PassWord=pw user=app", "host=db1 PassWord=*** user=app"},
      {"host=db1 sslpassword='a b' user=app", "host=db1 sslpassword=*** user=app"},
      {"dbname=postgresql://app:pw@db1/jobs", "dbname=postgresql://app:***@db1/jobs"},
      {"host=db1 user=app@realm dbname=jobs", "host=db1 user=app@realm dbname=jobs"},
      {"/var/lib/jobs.db?mode=ro", "/var/lib/jobs.db?mode=ro"},
      {":memory:", ":memory:"},
      {"jobs.db?key=pw&mode=ro", "jobs.db?key=***&mode=ro"},
      {"", ""},
  }};
  for (const Row& row : rows) CHECK(redact(row.text) == row.redacted);
}

TEST_CASE("redact: no password of a URL survives, whatever stands in it") {
  // The last two are escapes of '@' and '/'.
  constexpr std::array<std::string_view, 22> hard{"",  ":", "@",   "/", "%",   "?",  "#", "=",
                                                  "&", "+", "://", "'", "\"",  "\\", " ", "(",
                                                  ")", ",", "[",   "]", "%40", "%2F"};
  constexpr std::array<std::string_view, 10> forms{
      "postgresql://app:{}@db1:5432/jobs?sslmode=require",
      "postgres://app:{}@db1,db2/jobs",
      "mysql://app:{}@db1:3306/jobs?ssl-mode=required",
      "mariadb://app:{}@db1/jobs",
      "app:{}@tcp(db1:3306)/jobs?parseTime=true",
      "app:{}@unix(/run/db1.sock)/jobs",
      "postgresql://db1/jobs?user=app&password={}",
      "postgresql://db1/jobs?user=app&sslpassword={}&sslmode=require",
      "mysql://db1/jobs?user=app&ssl-key-passphrase={}",
      "postgresql://app:{}@db1/jobs?password={}",
  };
  for (const std::string_view form : forms) {
    for (const std::string_view middle : hard) {
      const std::string password =
          std::string(first_mark) + std::string(middle) + std::string(second_mark);
      const std::string redacted = redact(fill(form, password));
      CAPTURE(form);
      CAPTURE(password);
      CAPTURE(redacted);
      CHECK(!leaks(redacted));
      CHECK(redacted.find("***") != std::string::npos);
      CHECK(redacted.find("app") != std::string::npos);
      CHECK(redacted.find("db1") != std::string::npos);
    }
  }
}

TEST_CASE("redact: no password of a malformed text survives") {
  constexpr std::array<std::string_view, 31> texts{
      "postgresql://app:MARKER1",
      "postgresql://app:MARKER1/jobs",
      "postgresql://app:MARKER1?sslmode=require",
      "postgresql://app:MARKER1/MARKER2",
      "postgresql://db1:5432,app:MARKER1/jobs",
      "postgresql:/app:MARKER1@db1/jobs",
      "postgresql:app:MARKER1@db1/jobs",
      "jdbc:postgresql://app:MARKER1@db1/jobs",
      "jdbc:mysql://db1/jobs?user=app&password=MARKER1",
      "//app:MARKER1@db1/jobs",
      "sqlite://app:MARKER1@db1/jobs",
      "postgresql://app:MARKER1@",
      "postgresql://app:MARKER1@@MARKER2@db1",
      "postgresql://app:%MARKER1%@db1",
      "postgresql://app:password=MARKER1@db1/jobs",
      "postgresql://db1/jobs?password=MARKER1&MARKER2",
      "postgresql://db1/jobs?password=MARKER1@MARKER2&user=app",
      "postgresql://db1/jobs?%70assword=MARKER1",
      "postgresql://db1/jobs?x%password=MARKER1",
      "host=db1 password='MARKER1",
      "host=db1 password='MARKER1 MARKER2 user=app",
      "host=db1 password='a'MARKER1 user=app",
      "host=db1 password='a''MARKER1 x=MARKER2' user=app",
      "host=db1 password=\"MARKER1 x=MARKER2\" user=app",
      "host=db1 password=MARKER1 MARKER2 user=app",
      "host=db1 password='MARKER1\\",
      "garbage password=MARKER1 MARKER2 host=db1",
      "=x password=MARKER1 y=MARKER2",
      "Server=db1;Uid=app;Pwd=MARKER1;Database=jobs",
      "host=db1 passwd=MARKER1 pass=MARKER1 auth_token=MARKER1 secret=MARKER1 pw=MARKER1",
      "password\v=\f'MARKER1 x=MARKER2' user=app",
  };
  for (const std::string_view text : texts) {
    CAPTURE(text);
    CHECK(!leaks(redact(text)));
    CHECK(!leaks(Dsn{Engine::postgres, std::string(text)}.redacted()));
    CHECK(!leaks(Dsn{Engine::sqlite, std::string(text)}.redacted()));
  }
}

TEST_CASE("redact: a driver's DSN that lacks its host keeps its password to itself") {
  for (const std::string_view text :
       {"app:MARKER1", "app:MARKER1/jobs", "app:MARKER1(db1)/jobs", "app:MARKER1 tcp(db1)/jobs",
        "postgresql:app:MARKER1/jobs", "mysql:app:MARKER1"}) {
    CAPTURE(text);
    CHECK(!leaks(Dsn::from_driver("mysql", text).redacted()));
    CHECK(!leaks(Dsn::from_driver("postgres", text).redacted()));
  }
}

TEST_CASE("redact: random key=value lists keep all but the password") {
  constexpr std::uint32_t seed = 424242;
  constexpr std::string_view specials = "'\\ =\"@:/&?%#\t\n;,";
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 5000; ++round) {
    std::string quoted;
    const std::size_t parts = random() % 6;
    for (std::size_t i = 0; i < parts; ++i) {
      const char special = specials[random() % specials.size()];
      quoted += first_mark;
      if (special == '\'' || special == '\\') quoted += '\\';
      quoted += special;
    }
    const std::string text = "host=db1 password='" + quoted + "' user=app";
    const std::string redacted = redact(text);
    if (redacted == "host=db1 password=*** user=app") continue;
    CAPTURE(text);
    CHECK(redacted == "host=db1 password=*** user=app");
  }
}

TEST_CASE("redact: random texts are the same when redacted twice") {
  constexpr std::uint32_t seed = 77;
  constexpr std::string_view letters = "ap:/@?&='\\\" %[]()5,pass=word=://";
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const std::size_t size = random() % 30;
    for (std::size_t i = 0; i < size; ++i) text += letters[random() % letters.size()];
    const std::string once = redact(text);
    if (redact(once) == once) continue;
    CAPTURE(text);
    CHECK(redact(once) == once);
  }
}

TEST_CASE("dsn: redacted() names the scheme of SQLite") {
  CHECK(Dsn::parse("sqlite::memory:").redacted() == "sqlite::memory:");
  CHECK(Dsn::parse("sqlite:/var/a:b.db?mode=ro").redacted() == "sqlite:/var/a:b.db?mode=ro");
  CHECK(Dsn::from_driver("sqlite3", "jobs.db").redacted() == "sqlite:jobs.db");
  CHECK(Dsn::parse("mysql://app:pw@db1/jobs").redacted() == "mysql://app:***@db1/jobs");
  CHECK(Dsn::from_driver("mysql", "app:pw@tcp(db1)/jobs").redacted() == "app:***@tcp(db1)/jobs");
  CHECK(Dsn::from_driver("postgres", "host=db1 password=pw").redacted() == "host=db1 password=***");
  CHECK(Dsn::from_driver("mysql", "tcp([::1]:3306)/jobs").redacted() == "tcp([::1]:3306)/jobs");
}

TEST_CASE("percent_decode: escapes, and what is none") {
  struct Row {
    std::string_view text;
    bool good;
    std::string_view decoded;
  };
  constexpr std::array<Row, 14> rows{{{"", true, ""},
                                      {"abc", true, "abc"},
                                      {"a%20b", true, "a b"},
                                      {"%41%5a%7A", true, "AZz"},
                                      {"%C3%a9", true, "\xC3\xA9"},
                                      {"a+b", true, "a+b"},
                                      {"%2525", true, "%25"},
                                      {"%00", true, "\0"sv},
                                      {"%", false, ""},
                                      {"%4", false, ""},
                                      {"a%", false, ""},
                                      {"%4g", false, ""},
                                      {"%g4", false, ""},
                                      {"%%41", false, ""}}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    std::string out = "old";
    CHECK(percent_decode(row.text, out) == row.good);
    if (row.good) CHECK(out == row.decoded);
  }
}

TEST_CASE("dsn: nearest finds the word that was meant, and does not guess wildly") {
  constexpr std::array<std::string_view, 4> known{"socket", "charset", "ssl-mode", "timeout"};
  struct Row {
    std::string_view word;
    std::string_view near;
  };
  constexpr std::array<Row, 9> rows{{{"socket", "socket"},
                                     {"soket", "socket"},
                                     {"scoket", "socket"},
                                     {"charsets", "charset"},
                                     {"sslmode", "ssl-mode"},
                                     {"ssl_mode", "ssl-mode"},
                                     {"timeuot", "timeout"},
                                     {"password", ""},
                                     {"zzz", ""}}};
  for (const Row& row : rows) {
    CAPTURE(row.word);
    const Nearest near = nearest(row.word, known);
    CHECK(near.similar == !row.near.empty());
    if (near.similar) CHECK(near.word == row.near);
  }
  CHECK(nearest("socket", {}).word.empty());
}

}  // namespace lockstep
