// SPDX-License-Identifier: BSL-1.0
// What a DSN says, and how it is written for SOCI. libpq reads the values; our own key is taken out
// before: https://www.postgresql.org/docs/15/libpq-connect.html
#include <libpq-fe.h>

#include <algorithm>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {
namespace {

[[noreturn]] void refuse(std::string what) {
  raise(ErrorKind::invalid_argument, "postgres: " + std::move(what));
}

struct ConninfoFree {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using Conninfo = std::unique_ptr<PQconninfoOption, ConninfoFree>;

// libpq's reading of a text. Its message can quote any part of the text, so nobody gets to see it.
Conninfo parse_conninfo(const std::string& text) {
  char* message = nullptr;
  Conninfo options(PQconninfoParse(text.c_str(), &message));
  PQfreemem(message);
  return options;
}

// An unknown key can be a part of a password that was not encoded: it is told only if it looks like
// a known one.
void require_known(std::string_view key) {
  const Conninfo options = parse_conninfo("");
  std::vector<std::string_view> known{"pooler"};
  if (options == nullptr) return;
  for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
    known.emplace_back(o->keyword);
  }
  const auto [near, similar] = nearest(key, known);
  if (key == near) return;
  refuse(similar && key.size() > 3
             ? "unknown parameter \"" + std::string(key) + "\", did you mean \"" +
                   std::string(near) + "\"?"
             : "unknown parameter (of those known, \"" + std::string(near) +
                   "\" is nearest); is a special character in the password not encoded?");
}

bool parse_pooler(std::string_view value) {
  if (value != "transaction") refuse("pooler can only be \"transaction\"");
  return true;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Reads key = value pairs as libpq does: values bare or in '...', with \ before what is meant
// itself.
class PairReader {
 public:
  explicit PairReader(std::string_view text) : text_(text) { skip_blanks(); }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

  std::pair<std::string, std::string> next() {
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] != '=' && !is_blank(text_[at_])) ++at_;
    std::string key(text_.substr(begin, at_ - begin));
    skip_blanks();
    if (at_end() || text_[at_] != '=') refuse("the key=value list has a key without a value");
    ++at_;
    skip_blanks();
    std::string value = read_value();
    skip_blanks();
    return {std::move(key), std::move(value)};
  }

 private:
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }

  std::string read_value() {
    const bool quoted = !at_end() && text_[at_] == '\'';
    if (quoted) ++at_;
    std::string value;
    for (; !at_end(); ++at_) {
      if (quoted ? text_[at_] == '\'' : is_blank(text_[at_])) break;
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_];
    }
    if (quoted && at_end()) refuse("the key=value list has an open quote");
    if (quoted) ++at_;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The list without our own keys, and `pooler` set by them.
std::string take_from_pairs(std::string_view text, bool& pooler) {
  std::string rest;
  for (PairReader reader(text); !reader.at_end();) {
    const auto [key, value] = reader.next();
    require_known(key);
    if (key == "pooler") {
      pooler = parse_pooler(value);
      continue;
    }
    rest += key + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') rest += '\\';
      rest += c;
    }
    rest += "' ";
  }
  return rest;
}

// Where the query of a URL begins: the first '?' behind the user and password.
std::size_t find_query(std::string_view url) {
  const std::size_t begin = url.find("://") + 3;
  const std::size_t at = url.find_first_of("@/", begin);
  return url.find('?', at != std::string_view::npos && url[at] == '@' ? at : begin);
}

std::string take_from_url(std::string_view url, bool& pooler) {
  const std::size_t query = std::min(find_query(url), url.size());
  std::string rest(url.substr(0, query));
  char separator = '?';
  for (std::size_t i = query; i < url.size();) {
    const std::size_t end = std::min(url.find('&', i + 1), url.size());
    const std::string_view pair = url.substr(i + 1, end - i - 1);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string key;
    if (!percent_decode(pair.substr(0, equals), key)) refuse("malformed URL");
    if (key != "ssl") require_known(key);  // libpq takes ssl=true, in a URL only
    if (key == "pooler") {
      pooler = parse_pooler(equals < pair.size() ? pair.substr(equals + 1) : "");
    } else {
      rest += std::exchange(separator, '&') + std::string(pair);
    }
    i = end;
  }
  return rest;
}

bool is_url(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

void append_encoded(std::string& out, std::string_view value) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : value) {
    const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
    const auto byte = static_cast<unsigned char>(c);
    if (bare) {
      out += c;
    } else {
      out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
}

// A password with a bare '@', '/' or ':' ends up in the host or the port, and from there in
// messages. A name that begins with '@' is an abstract socket.
bool has_sound_hosts(const PgParameters& parameters) {
  const auto hosts = parameters.hosts();
  const bool stray = std::any_of(hosts.begin(), hosts.end(), [](std::string_view host) {
    return host.find('@', 1) != std::string_view::npos;
  });
  const std::string* const port = parameters.find("port");
  return !stray && (port == nullptr || port->find_first_not_of("0123456789,") == port->npos);
}

}  // namespace

const std::string* PgParameters::find(std::string_view key) const noexcept {
  const auto it = std::find_if(values.begin(), values.end(),
                               [key](const auto& pair) { return pair.first == key; });
  return it != values.end() ? &it->second : nullptr;
}

void PgParameters::set_default(std::string_view key, std::string_view value) {
  if (find(key) == nullptr) values.emplace_back(key, value);
}

std::vector<std::string_view> PgParameters::hosts() const {
  const std::string* list = find("host");
  if (list == nullptr) list = find("hostaddr");
  std::vector<std::string_view> parts;
  if (list == nullptr) return parts;
  const std::string_view text = *list;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

PgParameters parse_pg_dsn(std::string_view text) {
  PgParameters parameters;
  const bool url = is_url(text);
  const Conninfo options = parse_conninfo(url ? take_from_url(text, parameters.pooler)
                                              : take_from_pairs(text, parameters.pooler));
  for (const PQconninfoOption* o = options.get(); o != nullptr && o->keyword != nullptr; ++o) {
    if (o->val != nullptr) parameters.values.emplace_back(o->keyword, o->val);
  }
  if (options == nullptr || !has_sound_hosts(parameters)) {
    refuse(url ? "malformed URL: special characters in user and password must be written as %XX"
               : "malformed key=value list");
  }
  return parameters;
}

std::string pg_uri(const PgParameters& parameters) {
  std::string uri = "postgresql:///?";
  for (const auto& [key, value] : parameters.values) {
    if (!uri.ends_with('?')) uri += '&';
    uri += key + "=";
    append_encoded(uri, value);
  }
  return uri;
}

}  // namespace lockstep::detail
