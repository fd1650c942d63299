// SPDX-License-Identifier: BSL-1.0
// The PostgreSQL engine: its constant, what its DSNs say, and how a connection is opened.
#include <algorithm>
#include <charconv>
#include <future>
#include <system_error>
#include <thread>

#include "dialects/postgres/postgres.hpp"
#include "dialects/registry.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

// How a session has to be set up. With these in the startup packet no round trip is needed, and
// RESET ALL comes back to them.
constexpr std::string_view startup_options =
    "-c TimeZone=UTC -c DateStyle=ISO,MDY -c IntervalStyle=postgres -c bytea_output=hex "
    "-c extra_float_digits=3 -c standard_conforming_strings=on";

// What holds unless the DSN says otherwise. The last four find out that a peer has gone when nobody
// waits with a deadline: within a minute.
constexpr std::pair<std::string_view, std::string_view> defaults[] = {
    {"application_name", "lockstep"}, {"client_encoding", "UTF8"}, {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},    {"keepalives_count", "3"},   {"tcp_user_timeout", "60000"}};

constexpr std::string_view secrets[] = {"password", "sslpassword"};

[[noreturn]] void refuse(std::string what) {
  raise(ErrorKind::invalid_argument, "postgres: " + std::move(what));
}

Target parse(const Dsn& dsn) {
  PgParameters parameters = parse_pg_dsn(dsn.text);
  const std::string* const encoding = parameters.find("client_encoding");
  if (encoding != nullptr && *encoding != "UTF8" && *encoding != "utf8" && *encoding != "UTF-8") {
    refuse("client_encoding can only be UTF8");
  }
  std::string uri = pg_uri(parameters);
  if (parameters.pooler) uri += uri.ends_with('?') ? "pooler=transaction" : "&pooler=transaction";
  return {std::move(uri), dsn.redacted(), false};
}

// How long opening may take in all. libpq's own limit is in whole seconds, at least 2, and counts
// for each host.
milliseconds connect_limit(PgParameters& parameters, milliseconds otherwise) {
  const auto count = static_cast<int>(std::max<std::size_t>(parameters.hosts().size(), 1));
  int seconds = 0;
  if (const std::string* const given = parameters.find("connect_timeout")) {
    std::from_chars(given->data(), given->data() + given->size(), seconds);
    if (seconds > 0) return std::chrono::seconds(std::max(seconds, 2) * count);
  }
  const auto share = std::chrono::ceil<std::chrono::seconds>(otherwise / count).count();
  parameters.set_default("connect_timeout", std::to_string(share));
  return otherwise;
}

void complete(PgParameters& parameters) {
  for (const auto& [key, value] : defaults) parameters.set_default(key, value);
  if (parameters.pooler) return;
  const std::string* const given = parameters.find("options");
  std::string options = given != nullptr ? *given + " " : "";
  options += startup_options;
  std::erase_if(parameters.values, [](const auto& pair) { return pair.first == "options"; });
  parameters.set_default("options", options);
}

void mask(std::string& text, std::string_view secret) {
  if (secret.empty()) return;
  for (std::size_t i = text.find(secret); i != std::string::npos; i = text.find(secret, i + 3)) {
    text.replace(i, secret.size(), "***");
  }
}

struct Opened {
  PgSoci soci;
  NativeError error;  // if there is no session
};

Opened open_now(const std::string& uri) {
  try {
    return {open_pg_soci(uri), {}};
  } catch (NativeError& error) {
    return {nullptr, std::move(error)};
  }
}

// libpq's blocking connect, with a limit in milliseconds that also covers the look-up of names and
// the statement that SOCI sends: it runs in a thread that is left behind when the time is up, and
// which then closes what it has got. Otherwise its end is waited for: a program that ends before it
// would leave what OpenSSL keeps per thread.
PgSoci open_within(std::string uri, milliseconds limit) {
  std::packaged_task<Opened()> task([uri = std::move(uri)] { return open_now(uri); });
  std::future<Opened> opened = task.get_future();
  std::thread opener;
  try {
    opener = std::thread(std::move(task));
  } catch (const std::system_error&) {
    throw pg_connect_error("no thread to connect in");
  }
  if (opened.wait_for(limit) == std::future_status::ready) {
    opener.join();
  } else {
    opener.detach();
    throw pg_connect_error("no connection within " + std::to_string(limit.count()) + " ms");
  }
  Opened result = opened.get();
  if (result.soci == nullptr) throw std::move(result.error);
  return std::move(result.soci);
}

// Failures of the DSN and not of the connection: trying again would not help.
void refuse_settings(std::string_view message) {
  const bool of_dsn = message.starts_with("invalid ") ||
                      message.find(": invalid integer value") != std::string_view::npos;
  if (of_dsn) {
    raise(ErrorKind::invalid_argument,
          "postgres: " + pg_without_quoted(message.substr(0, message.find('\n'))));
  }
  if (message.find("unsupported startup parameter") != std::string_view::npos) {
    raise(
        ErrorKind::configuration,
        "postgres: the server refuses settings at startup; behind a pooler that shares connections "
        "write pooler=transaction");
  }
}

std::unique_ptr<Session> open(const Target& target, const SessionOptions& options) {
  PgParameters parameters = parse_pg_dsn(target.dsn);
  const milliseconds limit = connect_limit(parameters, options.connect_timeout);
  complete(parameters);
  try {
    return std::make_unique<PgSession>(open_within(pg_uri(parameters), limit), parameters.pooler,
                                       options);
  } catch (NativeError& error) {
    refuse_settings(error.message);
    for (const std::string_view key : secrets) {
      if (const std::string* const secret = parameters.find(key)) mask(error.message, *secret);
    }
    error.connecting = true;
    throw;
  }
}

constexpr std::string_view pg_maintenance[] = {"VACUUM (ANALYZE)"};

}  // namespace

constinit const Dialect postgres_dialect{
    .engine = Engine::postgres,
    .name = "postgres",
    .driver = "postgres",
    .title = "PostgreSQL",
    .lexical = {.escape_strings = true,
                .dollar_quotes = true,
                .nested_comments = true,
                .numbered_placeholders = true},
    .capabilities = {},
    .errors = pg_error_codes,
    .parse = parse,
    .open = open,
    .classify = classify_pg,
    .backup_tool = "pg_dump",
    .restore_tool = "pg_restore, or psql",
    .maintenance = pg_maintenance,
};

}  // namespace lockstep::detail
