// SPDX-License-Identifier: BSL-1.0
// What the DSNs of this engine say: URLs, and the form of Go's driver.
#include "dialects/mysql/dsn.hpp"

#include <algorithm>

namespace lockstep::detail {
namespace {

using Tls = MysqlAddress::Tls;

bool is_host(std::string_view text, bool ip6) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [ip6](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || (ip6 && (c == ':' || c == '%'));
  });
}

// "host", "host:port", "[::1]", "[::1]:port", ":port" or nothing.
void read_host(MysqlAddress& address, std::string_view text) {
  const bool ip6 = text.starts_with('[');
  const auto end = std::min(text.find(ip6 ? ']' : ':'), text.size());
  if (ip6 && end == text.size()) refuse_mysql_dsn("an IPv6 address ends with ']'");
  address.host = decode_mysql_dsn(text.substr(ip6 ? 1 : 0, ip6 ? end - 1 : end));
  if (!address.host.empty() && !is_host(address.host, ip6)) refuse_mysql_dsn_shape();
  std::string_view rest = text.substr(ip6 ? end + 1 : end);
  if (rest.empty()) return;
  if (!rest.starts_with(':')) refuse_mysql_dsn_shape();
  rest.remove_prefix(1);
  if (rest.find(':') != std::string_view::npos) {
    refuse_mysql_dsn("an IPv6 address stands in brackets");
  }
  address.port = read_mysql_number<std::uint16_t>("port", rest, 1, 65535);
}

struct UserAndRest {
  std::string_view user;
  std::string_view password;
  std::string_view rest;  // after the last '@'
};

UserAndRest split_user(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return {{}, {}, text};
  const std::string_view both = text.substr(0, at);
  const auto colon = std::min(both.find(':'), both.size());
  return {both.substr(0, colon), both.substr(std::min(colon + 1, both.size())),
          text.substr(at + 1)};
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// Fills in what was not said; refuses what contradicts itself.
void complete(MysqlAddress& address) {
  const bool files = !address.ca.empty() || !address.certificate.empty() || !address.key.empty();
  if (address.certificate.empty() != address.key.empty()) {
    refuse_mysql_dsn("ssl-cert and ssl-key are given together");
  }
  if (files && address.tls == Tls::disabled) {
    refuse_mysql_dsn("ssl-mode=disabled uses no certificate");
  }
  if (address.socket.empty()) {
    if (address.host.empty()) address.host = "127.0.0.1";
    const bool local = is_loopback(address.host) && !files;
    if (!address.tls) address.tls = local ? Tls::disabled : Tls::verify_full;
    return;
  }
  if (!address.host.empty() && !is_loopback(address.host)) {
    refuse_mysql_dsn("either a host or a socket");
  }
  if (files || address.tls.value_or(Tls::disabled) != Tls::disabled) {
    refuse_mysql_dsn("a socket has no TLS");
  }
  address.host.clear();
  address.tls = Tls::disabled;
}

// [user[:password]@][host[:port]][/database][?key=value&...]
MysqlAddress parse_url(std::string_view text) {
  MysqlAddress address;
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  const std::string_view rest = text.substr(authority.size());
  if (rest.find_first_of("@#") != std::string_view::npos) refuse_mysql_dsn_shape();
  const UserAndRest split = split_user(authority);
  address.user = decode_mysql_dsn(split.user);
  address.password = decode_mysql_dsn(split.password);
  read_host(address, split.rest);
  const auto question = std::min(rest.find('?'), rest.size());
  if (question > 0) {
    const std::string_view name = rest.substr(1, question - 1);
    if (name.find('/') != std::string_view::npos) {
      refuse_mysql_dsn("a '/' in the name of a database is written %2F");
    }
    address.database = decode_mysql_dsn(name);
  }
  read_mysql_options(address, rest.substr(std::min(question + 1, rest.size())), false);
  complete(address);
  return address;
}

// What stands between '@' and '/': "tcp(host:port)", "unix(/path)", "tcp" or nothing.
void read_go_network(MysqlAddress& address, std::string_view text) {
  const auto open = text.find('(');
  const std::string_view network = text.substr(0, open);
  std::string_view where;
  if (open != std::string_view::npos) {
    if (!text.ends_with(')')) refuse_mysql_dsn_shape();
    where = text.substr(open + 1, text.size() - open - 2);
  }
  if (network == "unix") {
    if (!where.starts_with('/')) refuse_mysql_dsn("write unix(/path/of/the/socket)");
    address.socket = where;
  } else if (network == "tcp" || network.empty()) {
    read_host(address, where);
  } else {
    refuse_mysql_dsn("the network of a Go DSN is tcp or unix");
  }
}

// [user[:password]@][network[(address)]]/database[?key=value&...], where user and password stand
// for themselves: the last '/' ends the address, the '@' before it the password.
MysqlAddress parse_go(std::string_view text) {
  MysqlAddress address;
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos) {
    refuse_mysql_dsn("a DSN is mysql://user@host/database or user@tcp(host:port)/database");
  }
  const std::string_view right = text.substr(slash + 1);
  if (right.find_first_of("@(") != std::string_view::npos) refuse_mysql_dsn_shape();
  const UserAndRest split = split_user(text.substr(0, slash));
  address.user = split.user;
  address.password = split.password;
  read_go_network(address, split.rest);
  const auto question = std::min(right.find('?'), right.size());
  address.database = decode_mysql_dsn(right.substr(0, question));
  read_mysql_options(address, right.substr(std::min(question + 1, right.size())), true);
  complete(address);
  return address;
}

std::string_view tls_name(Tls tls) {
  switch (tls) {
    case Tls::disabled:
      return "disabled";
    case Tls::required:
      return "required";
    case Tls::verify_full:
      break;
  }
  return "verify-full";
}

std::string encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain_char = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain_char) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return out;
}

}  // namespace

void refuse_mysql_dsn(std::string what) {
  raise(ErrorKind::invalid_argument, "mysql: " + std::move(what));
}

void refuse_mysql_dsn_shape() {
  refuse_mysql_dsn(
      "malformed DSN; '@', '/', '?', '#' and '%' in a part of a URL, and '/' in a parameter of the "
      "Go "
      "form, are written %40, %2F, %3F, %23 and %25");
}

std::string decode_mysql_dsn(std::string_view text) {
  std::string out;
  if (!percent_decode(text, out) || out.find('\0') != std::string::npos) refuse_mysql_dsn_shape();
  return out;
}

MysqlAddress parse_mysql_dsn(std::string_view dsn) {
  for (const std::string_view scheme : {"mysql://", "mariadb://"}) {
    if (dsn.starts_with(scheme)) return parse_url(dsn.substr(scheme.size()));
  }
  return parse_go(dsn);
}

std::string mysql_url(const MysqlAddress& address) {
  std::string url = "mysql://";
  url += encode(address.user);
  if (!address.password.empty()) url.append(":").append(encode(address.password));
  const bool ip6 = address.host.find(':') != std::string::npos;
  url += ip6 ? "@[" : "@";
  url += ip6 ? encode(address.host) : address.host;
  if (ip6) url += ']';
  url.append(":").append(std::to_string(address.port));
  url.append("/").append(encode(address.database));
  char before = '?';
  const auto add = [&url, &before](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    url += std::exchange(before, '&');
    url.append(key).append("=").append(encode(value));
  };
  add("socket", address.socket);
  if (address.socket.empty()) add("ssl-mode", tls_name(*address.tls));
  add("ssl-ca", address.ca);
  add("ssl-cert", address.certificate);
  add("ssl-key", address.key);
  if (address.connect_timeout) {
    add("connect-timeout", std::to_string(address.connect_timeout->count()));
  }
  return url;
}

}  // namespace lockstep::detail
