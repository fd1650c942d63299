// SPDX-License-Identifier: BSL-1.0
// The key=value part of this engine's DSNs.
#include <algorithm>

#include "dialects/mysql/dsn.hpp"

namespace lockstep::detail {
namespace {

using Tls = MysqlAddress::Tls;

struct Option {
  std::string_view key;
  void (*read)(MysqlAddress& address, const std::string& value);
};

// A parameter of Go's driver for what is the same here always: only that value is taken.
struct Given {
  std::string_view key;
  std::string_view value;
};

// SOCI and the client library put paths and the host into one list of key=value pairs.
std::string path(std::string_view key, const std::string& value) {
  if (value.empty() || value.find_first_of(";={}") != std::string::npos) {
    refuse_mysql_dsn(std::string(key) + " is a path without any of ; = { }");
  }
  return value;
}

void read_socket(MysqlAddress& address, const std::string& value) {
  if (!value.starts_with('/')) refuse_mysql_dsn("socket is an absolute path");
  address.socket = value;
}

void read_charset(MysqlAddress&, const std::string& value) {
  if (value != "utf8mb4" && !value.starts_with("utf8mb4,")) refuse_mysql_dsn("charset is utf8mb4");
}

void read_ssl_mode(MysqlAddress& address, const std::string& value) {
  if (value == "disabled") {
    address.tls = Tls::disabled;
  } else if (value == "required") {
    address.tls = Tls::required;
  } else if (value == "verify-full") {
    address.tls = Tls::verify_full;
  } else {
    refuse_mysql_dsn("ssl-mode is disabled, required or verify-full");
  }
}

void read_ca(MysqlAddress& address, const std::string& value) {
  address.ca = path("ssl-ca", value);
}

void read_certificate(MysqlAddress& address, const std::string& value) {
  address.certificate = path("ssl-cert", value);
}

void read_key(MysqlAddress& address, const std::string& value) {
  address.key = path("ssl-key", value);
}

void read_connect_timeout(MysqlAddress& address, const std::string& value) {
  address.connect_timeout = std::chrono::seconds(
      read_mysql_number<std::int64_t>("connect-timeout, in seconds,", value, 1, 3600));
}

constexpr std::array<Option, 7> url_options{{{"socket", read_socket},
                                             {"charset", read_charset},
                                             {"ssl-mode", read_ssl_mode},
                                             {"ssl-ca", read_ca},
                                             {"ssl-cert", read_certificate},
                                             {"ssl-key", read_key},
                                             {"connect-timeout", read_connect_timeout}}};

void read_go_tls(MysqlAddress& address, const std::string& value) {
  if (value == "true") {
    address.tls = Tls::verify_full;
  } else if (value == "false") {
    address.tls = Tls::disabled;
  } else if (value == "skip-verify") {
    address.tls = Tls::required;
  } else {
    refuse_mysql_dsn("tls is true, false or skip-verify; name a certificate by ssl-ca");
  }
}

// "5s", "500ms", "1m30s": seconds, rounded up.
void read_go_timeout(MysqlAddress& address, const std::string& value) {
  require_duration("timeout", value);
  double seconds = 0;
  std::string_view rest = value;
  while (!rest.empty()) {
    double amount = 0;
    const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), amount).ptr;
    rest.remove_prefix(std::max<std::size_t>(static_cast<std::size_t>(end - rest.data()), 1));
    const auto unit_end = std::find_if(rest.begin(), rest.end(),
                                       [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    const auto unit = rest.substr(0, static_cast<std::size_t>(unit_end - rest.begin()));
    rest.remove_prefix(unit.size());
    seconds += amount * (unit == "h" ? 3600 : unit == "m" ? 60 : unit == "s" ? 1 : 0.001);
  }
  const double bounded = std::min(std::max(seconds, 1.0), 3600.0);
  const auto whole = static_cast<std::int64_t>(bounded);
  address.connect_timeout =
      std::chrono::seconds(whole + (bounded > static_cast<double>(whole) ? 1 : 0));
}

constexpr std::array<Option, 2> go_options{{{"tls", read_go_tls}, {"timeout", read_go_timeout}}};

constexpr std::array<Given, 16> go_givens{{{"parseTime", "true"},
                                           {"loc", "UTC"},
                                           {"time_zone", "'+00:00'"},
                                           {"collation", "utf8mb4_bin"},
                                           {"clientFoundRows", "true"},
                                           {"autocommit", "true"},
                                           {"multiStatements", "false"},
                                           {"interpolateParams", "false"},
                                           {"columnsWithAlias", "false"},
                                           {"rejectReadOnly", "false"},
                                           {"checkConnLiveness", "true"},
                                           {"allowAllFiles", "false"},
                                           {"allowNativePasswords", "true"},
                                           {"allowOldPasswords", "false"},
                                           {"allowCleartextPasswords", "false"},
                                           {"allowFallbackToPlaintext", "false"}}};

constexpr std::size_t longest_key = 32;

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= longest_key &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

[[noreturn]] void refuse_key(std::string_view key, bool go) {
  std::vector<std::string_view> known;
  for (const Option& option : url_options) known.push_back(option.key);
  if (go) {
    for (const Option& option : go_options) known.push_back(option.key);
    for (const Given& given : go_givens) known.push_back(given.key);
  }
  refuse_mysql_dsn("unknown key \"" + std::string(key) + "\", did you mean \"" +
                   std::string(nearest(key, known).word) + "\"?");
}

template <std::size_t N>
bool read_with(const std::array<Option, N>& options, MysqlAddress& address, std::string_view key,
               const std::string& value) {
  const auto it = std::find_if(options.begin(), options.end(),
                               [key](const Option& option) { return option.key == key; });
  if (it == options.end()) return false;
  it->read(address, value);
  return true;
}

// Go takes several spellings of true and false.
std::string_view plain(std::string_view value) {
  constexpr std::array<std::string_view, 3> yes{"1", "TRUE", "True"};
  constexpr std::array<std::string_view, 3> no{"0", "FALSE", "False"};
  if (std::find(yes.begin(), yes.end(), value) != yes.end()) return "true";
  if (std::find(no.begin(), no.end(), value) != no.end()) return "false";
  return value;
}

void read_option(MysqlAddress& address, std::string_view key, const std::string& value, bool go) {
  if (read_with(url_options, address, key, value)) return;
  if (!go) refuse_key(key, go);
  if (read_with(go_options, address, key, std::string(plain(value)))) return;
  const auto it = std::find_if(go_givens.begin(), go_givens.end(),
                               [key](const Given& given) { return given.key == key; });
  if (it == go_givens.end()) refuse_key(key, go);
  if (plain(value) != it->value) {
    refuse_mysql_dsn(std::string(key) + " is always " + std::string(it->value) + " here");
  }
}

}  // namespace

void read_mysql_options(MysqlAddress& address, std::string_view text, bool go) {
  if (text.find('@') != std::string_view::npos) refuse_mysql_dsn_shape();
  std::vector<std::string_view> seen;
  while (!text.empty()) {
    const std::string_view option = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(option.size() + 1, text.size()));
    if (option.empty()) continue;
    const auto equals = option.find('=');
    const std::string_view key = option.substr(0, equals);
    if (!is_key(key)) refuse_mysql_dsn_shape();
    if (equals == std::string_view::npos) {
      refuse_mysql_dsn("key \"" + std::string(key) + "\" has no value");
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      refuse_mysql_dsn("key \"" + std::string(key) + "\" is given twice");
    }
    seen.push_back(key);
    read_option(address, key, decode_mysql_dsn(option.substr(equals + 1)), go);
  }
}

}  // namespace lockstep::detail
