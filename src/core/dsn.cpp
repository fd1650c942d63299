// SPDX-License-Identifier: BSL-1.0
#include "lockstep/dsn.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep {
namespace {

struct Scheme {
  std::string_view name;
  Engine engine;
};

constexpr std::array<Scheme, 6> schemes{{{"sqlite", Engine::sqlite},
                                         {"sqlite3", Engine::sqlite},
                                         {"postgresql", Engine::postgres},
                                         {"postgres", Engine::postgres},
                                         {"mysql", Engine::mysql},
                                         {"mariadb", Engine::mysql}}};

// Drivers as Go's database/sql names them, and the names people try.
constexpr std::array<Scheme, 6> drivers{{{"sqlite3", Engine::sqlite},
                                         {"sqlite", Engine::sqlite},
                                         {"postgres", Engine::postgres},
                                         {"postgresql", Engine::postgres},
                                         {"mysql", Engine::mysql},
                                         {"mariadb", Engine::mysql}}};

// Parts of keys whose values are secrets.
constexpr std::array<std::string_view, 6> secret_words{"pass",  "pw",  "secret",
                                                       "token", "key", "credential"};

// What separates the pairs of a key=value list of PostgreSQL.
constexpr std::string_view blanks = " \t\r\n\v\f";

template <std::size_t N>
const Scheme* find(const std::array<Scheme, N>& table, std::string_view name) noexcept {
  const auto it = std::find_if(table.begin(), table.end(),
                               [name](const Scheme& scheme) { return scheme.name == name; });
  return it == table.end() ? nullptr : &*it;
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

bool is_key_char(char c) noexcept {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l == '_' || l == '-' || l == '.';
}

// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

// A key=value list of PostgreSQL: it begins with a key.
bool is_conninfo(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  const auto key = static_cast<std::size_t>(
      std::find_if_not(text.begin(), text.end(), is_key_char) - text.begin());
  const auto equals = text.find_first_not_of(blanks, key);
  return key > 0 && equals != std::string_view::npos && text[equals] == '=';
}

[[noreturn]] void unknown_driver(std::string_view name) {
  std::array<std::string_view, schemes.size()> known{};
  std::transform(schemes.begin(), schemes.end(), known.begin(),
                 [](const Scheme& scheme) { return scheme.name; });
  std::string what = "unknown driver";
  if (name.size() <= 32 && std::all_of(name.begin(), name.end(), is_key_char)) {
    what += " \"" + std::string(name) + '"';
    if (const Nearest near = nearest(name, known); near.similar) {
      what += ", did you mean \"" + std::string(near.word) + "\"?";
    }
  }
  raise(ErrorKind::invalid_argument, what + " (known: sqlite, postgresql, mysql)");
}

// Where the authority of a URL begins: behind the "://" of a scheme. 0 if there is none; a "://"
// elsewhere may be part of a password.
std::size_t authority_begin(std::string_view text) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    std::size_t scheme = at;
    while (scheme > 0 && is_key_char(text[scheme - 1])) --scheme;
    const std::string_view name = text.substr(scheme, at - scheme);
    if (scheme == 0 || find(schemes, lower(name)) != nullptr) return at + 3;
  }
  return 0;
}

// "user:password@" -> "user:***@", for the part of a URL or Go DSN that begins at `begin`. False if
// there is no '@'.
bool redact_userinfo(std::string& text, std::size_t begin) {
  const auto at = text.rfind('@');
  if (at == std::string::npos || at < begin) return false;
  const auto colon = text.find(':', begin);
  if (colon < at) text.replace(colon + 1, at - colon - 1, "***");
  return true;
}

// "user:password/name", which lacks its host: replaces all from a port on that is no number.
void redact_port(std::string& text, std::size_t begin) {
  const auto end = std::min(text.find_first_of("/?#", begin), text.size());
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] == '[') i = std::min(text.find(']', i), end);
    if (i >= end || text[i] != ':') continue;
    const auto port_end = std::min(text.find_first_not_of("0123456789", i + 1), end);
    if (port_end == end || text[port_end] == ',' || text[port_end] == ')') continue;
    text.replace(i + 1, text.size() - i - 1, "***");
    return;
  }
}

// Whether a new pair begins at `begin`: a key and '='.
bool is_pair(std::string_view text, std::size_t begin) noexcept {
  std::size_t key = begin;
  while (key < text.size() && is_key_char(text[key])) ++key;
  return key > begin && key < text.size() && text[key] == '=';
}

// End of the value that begins at `begin`: where the next pair is separated from it. What stands
// between a closing quote and the next pair counts as the value, so that no rest of it escapes.
std::size_t value_end(std::string_view text, std::size_t begin, bool list) {
  char quote = '\0';
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (quote != '\0') {
      if (c == quote && i + 1 < text.size() && text[i + 1] == quote) {
        ++i;
      } else if (c == quote) {
        quote = '\0';
      }
    } else if (i == begin && (c == '\'' || c == '"')) {
      quote = c;
    } else if (list ? blanks.find(c) != std::string_view::npos : c == '&') {
      if (is_pair(text, i + 1)) return i;
    }
  }
  return text.size();
}

// Whether the key that stands before the '=' names a secret. URLs may escape characters of it.
bool names_secret(std::string_view text, std::size_t equals) {
  text = text.substr(0, equals);
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
  std::size_t key = text.size();
  while (key > 0 && (is_key_char(text[key - 1]) || text[key - 1] == '%')) --key;
  std::string name;
  if (!percent_decode(text.substr(key), name)) name = text.substr(key);
  name = lower(name);
  return std::any_of(secret_words.begin(), secret_words.end(),
                     [&name](std::string_view w) { return name.find(w) != std::string::npos; });
}

void redact_values(std::string& text) {
  const bool list = is_conninfo(text);
  for (std::size_t equals = text.find('='); equals != std::string::npos;
       equals = text.find('=', equals + 1)) {
    if (!names_secret(text, equals)) continue;
    const auto begin = std::min(text.find_first_not_of(blanks, equals + 1), text.size());
    text.replace(begin, value_end(text, begin, list) - begin, "***");
  }
}

int hex_digit(char c) noexcept {
  const char l = lower(c);
  if (l >= '0' && l <= '9') return l - '0';
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

Dsn Dsn::parse(std::string_view url) {
  if (url.empty()) raise(ErrorKind::invalid_argument, "empty database URL");
  require_text("database URL", url);
  if (is_conninfo(url)) return {Engine::postgres, std::string(url)};
  const auto colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    raise(ErrorKind::invalid_argument,
          "database URL has no scheme: write sqlite:FILE, postgresql://... or mysql://...");
  }
  const std::string name = lower(url.substr(0, colon));
  const Scheme* scheme = find(schemes, name);
  if (scheme == nullptr) unknown_driver(name);
  if (scheme->engine == Engine::sqlite) {
    const std::string_view path = url.substr(colon + 1);
    if (path.empty() || path.front() == '?') {
      raise(ErrorKind::invalid_argument, "a SQLite URL names a file, or is sqlite::memory:");
    }
    return {Engine::sqlite, std::string(path)};
  }
  if (!url.substr(colon).starts_with("://")) {
    raise(ErrorKind::invalid_argument, "database URL must begin with " + name + "://");
  }
  return {scheme->engine, name + std::string(url.substr(colon))};
}

Dsn Dsn::from_driver(std::string_view driver, std::string_view dsn) {
  const Scheme* scheme = find(drivers, driver);
  if (scheme == nullptr) unknown_driver(driver);
  require_text("DSN", dsn);
  return {scheme->engine, std::string(dsn)};
}

std::string Dsn::redacted() const {
  std::string out = redact(text);
  if (engine == Engine::sqlite) return "sqlite:" + out;
  if (!is_conninfo(text) && out.find("://") == std::string::npos &&
      out.find('@') == std::string::npos) {
    redact_port(out, 0);
  }
  return out;
}

std::string redact(std::string_view text) {
  std::string out(text);
  redact_values(out);
  const std::size_t begin = authority_begin(out);
  const bool url = out.find("://") != std::string::npos;
  if (!redact_userinfo(out, begin) && url) redact_port(out, begin);
  return out;
}

bool percent_decode(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

Nearest nearest(std::string_view word, std::span<const std::string_view> known) {
  Nearest best;
  std::size_t least = std::string_view::npos;
  for (const std::string_view candidate : known) {
    if (const std::size_t d = distance(word, candidate); d < least) {
      least = d;
      best.word = candidate;
    }
  }
  best.similar = least <= std::max<std::size_t>(2, word.size() / 3);
  return best;
}

}  // namespace lockstep
