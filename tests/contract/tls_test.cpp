// SPDX-License-Identifier: BSL-1.0
// TLS: a connection has what its DSN asks for, or there is none. The server's certificate is for
// the name localhost. A relay looks on, or takes the server's TLS away as an attacker would.
#include "support/faults.hpp"
#include "support/relay.hpp"
#include "support/samples.hpp"
#include "support/server.hpp"

using namespace lockstep;
using namespace lockstep::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* canary = "canary-c1f0";

// How DSNs of an engine speak of TLS.
struct Words {
  const char* mode;
  const char* authority;
  const char* disabled;
  const char* required;
  const char* verify_ca;  // together with an authority
  const char* verify_full = "verify-full";
};
constexpr Words postgres_words{"sslmode", "sslrootcert", "disable", "require", "verify-ca"};
constexpr Words mysql_words{"ssl-mode", "ssl-ca", "disabled", "required", "required"};

const Words& words() { return target_url().starts_with("mysql") ? mysql_words : postgres_words; }

std::string authority() { return variable("LOCKSTEP_TEST_CA"); }
std::string other_authority() { return variable("LOCKSTEP_TEST_OTHER_CA"); }

ServerUrl with_tls(ServerUrl url, const std::string& mode, const std::string& ca = {}) {
  url.query = std::string(words().mode) + "=" + mode;
  if (!ca.empty()) url.query += "&" + std::string(words().authority) + "=" + ca;
  return url;
}

ServerUrl at(ServerUrl url, std::string host) {
  url.host = std::move(host);
  return url;
}

ServerUrl through(const Relay& relay, ServerUrl url) {
  url.port = relay.port();
  return at(url, "localhost");
}

// The cipher of the connection; empty without TLS.
std::string cipher(Database& db) {
  static constexpr Sql status{"test.cipher",
                              "SHOW STATUS LIKE 'Ssl_cipher'",
                              {.postgres = "SELECT 'cipher', COALESCE(cipher, '') FROM pg_stat_ssl "
                                           "WHERE pid = pg_backend_pid()"}};
  return std::get<1>(db.fetch_one<std::tuple<std::string, std::string>>(status));
}

std::string say(Database& db) {
  return db.fetch_value<std::string>("SELECT '" + std::string(canary) + "' AS word");
}

// Opening is refused, and nobody hears why more than is needed.
void check_refused(Database& db, const ServerUrl& url) {
  const std::string text = url.text();
  CAPTURE(text);
  const auto e = caught<Configuration>(db, [&](Executor&) {
    Database opened = Database::open(text);
    (void)say(opened);
  });
  check_told(e, db, "");
  CHECK(std::string_view(e.what()).find(url.database) != std::string_view::npos);
  CHECK(std::string_view(e.what()).find(url.password) == std::string_view::npos);
  CHECK(e.server_message().find(url.password) == std::string::npos);
}

}  // namespace

TEST_CASE_FIXTURE(Migrated, "TLS: the right authority and the right name; it is really encrypted") {
  if (!has_server()) return;
  for (const char* mode : {words().required, words().verify_ca, words().verify_full}) {
    CAPTURE(mode);
    Database secure = Database::open(with_tls(tls_url(), mode, authority()).text());
    CHECK_FALSE(cipher(secure).empty());
    CHECK(say(secure) == canary);
  }
}

TEST_CASE_FIXTURE(Migrated, "TLS: what is required only need not be known, nor be called so") {
  if (!has_server()) return;
  Database unknown = Database::open(with_tls(tls_url(), words().required).text());
  CHECK_FALSE(cipher(unknown).empty());
  const ServerUrl elsewhere = at(tls_url(), "127.0.0.1");
  Database nameless = Database::open(with_tls(elsewhere, words().verify_ca, authority()).text());
  CHECK_FALSE(cipher(nameless).empty());
}

TEST_CASE_FIXTURE(Migrated, "TLS: another authority is refused") {
  if (!has_server()) return;
  check_refused(db, with_tls(tls_url(), words().verify_ca, other_authority()));
  check_refused(db, with_tls(tls_url(), words().verify_full, other_authority()));
  check_refused(db, with_tls(tls_url(), words().verify_full));  // only those of the machine
}

TEST_CASE_FIXTURE(Migrated, "TLS: another name is refused") {
  if (!has_server()) return;
  check_refused(db, with_tls(at(tls_url(), "127.0.0.1"), words().verify_full, authority()));
}

TEST_CASE_FIXTURE(Migrated, "TLS: a server without it is refused") {
  if (!has_server()) return;
  const ServerUrl plain = at(ServerUrl::parse(target_url()), "localhost");
  check_refused(db, with_tls(plain, words().required));
  check_refused(db, with_tls(plain, words().verify_ca, authority()));
  check_refused(db, with_tls(plain, words().verify_full, authority()));
}

TEST_CASE_FIXTURE(Migrated, "TLS: taken away on the way, no statement and no password is sent") {
  if (!has_server()) return;
  Relay relay(tls_url().port);
  relay.hide_tls();
  const ServerUrl url = through(relay, tls_url());
  check_refused(db, with_tls(url, words().required));
  check_refused(db, with_tls(url, words().verify_ca, authority()));
  check_refused(db, with_tls(url, words().verify_full, authority()));
  CHECK_FALSE(relay.has_seen(canary));
  CHECK_FALSE(relay.has_seen(url.password));
}

TEST_CASE_FIXTURE(Migrated, "TLS: who looks on sees neither statements nor passwords") {
  if (!has_server()) return;
  Relay relay(tls_url().port);
  const ServerUrl url = through(relay, tls_url());
  Database secure = Database::open(with_tls(url, words().verify_full, authority()).text());
  CHECK(say(secure) == canary);
  CHECK_FALSE(relay.has_seen(canary));
  CHECK_FALSE(relay.has_seen(url.password));
  Database open = Database::open(with_tls(url, words().disabled).text());
  CHECK(cipher(open).empty());
  CHECK(say(open) == canary);
  CHECK(relay.has_seen(canary));
  CHECK_FALSE(relay.has_seen(url.password));
}

TEST_CASE("TLS: long values, errors, and a deadline are as without it") {
  if (!has_server()) return;
  testing::TestDatabase own({}, with_tls(tls_url(), words().verify_full, authority()).text());
  Database& db = own.db();
  create_samples(db);
  const std::string note(1'000'000, 'x');
  const auto store = [&note](Executor& on) {
    on.execute(sample_insert, Sample{.id = "a", .note = note});
  };
  store(db);
  CHECK(db.fetch_one<Sample>(sample_by_id, "a").note == note);
  check_told(poisons<Duplicate>(db, store), db, "test.sample_insert");
  const auto broken = db.stats().closed_broken;
  const auto late =
      poisons<Timeout>(db, [](Transaction& tx) { tx.with({.deadline = 30ms}).execute(endless); });
  check_told(late, db, "test.endless");
  CHECK(db.stats().closed_broken == broken);
}
