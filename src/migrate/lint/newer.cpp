// SPDX-License-Identifier: BSL-1.0
// What is newer than the oldest server: words, and the version that knows them.
#include "migrate/lint/rule.hpp"

namespace lockstep::detail {
namespace {

using Product = ServerVersion::Product;

// Words that follow each other anywhere in a statement.
struct Feature {
  std::string_view words;  // separated by blanks
  std::array<unsigned, 3> since;
};

// https://www.sqlite.org/changes.html
constexpr std::array<Feature, 41> sqlite_features{{
    {"on conflict do", {3, 24, 0}},
    {"on conflict (", {3, 24, 0}},
    {"rename column", {3, 25, 0}},
    {"over (", {3, 25, 0}},
    {"vacuum into", {3, 27, 0}},
    {"nulls first", {3, 30, 0}},
    {"nulls last", {3, 30, 0}},
    {"filter (", {3, 30, 0}},
    {"generated always", {3, 31, 0}},
    {"iif (", {3, 32, 0}},
    {"returning", {3, 35, 0}},
    {"drop column", {3, 35, 0}},
    {"as materialized (", {3, 35, 0}},
    {"as not materialized (", {3, 35, 0}},
    {"sqrt (", {3, 35, 0}},
    {"pow (", {3, 35, 0}},
    {"ceil (", {3, 35, 0}},
    {"floor (", {3, 35, 0}},
    {"sign (", {3, 35, 0}},
    {") strict", {3, 37, 0}},
    {"rowid , strict", {3, 37, 0}},
    {"unixepoch (", {3, 38, 0}},
    {"format (", {3, 38, 0}},
    {"- >", {3, 38, 0}},
    {"is distinct from", {3, 39, 0}},
    {"is not distinct from", {3, 39, 0}},
    {"full join", {3, 39, 0}},
    {"full outer join", {3, 39, 0}},
    {"right join", {3, 39, 0}},
    {"right outer join", {3, 39, 0}},
    {"unhex (", {3, 41, 0}},
    {"octet_length (", {3, 43, 0}},
    {"timediff (", {3, 43, 0}},
    {"concat (", {3, 44, 0}},
    {"concat_ws (", {3, 44, 0}},
    {"string_agg (", {3, 44, 0}},
    {"jsonb (", {3, 45, 0}},
    {"jsonb_set (", {3, 45, 0}},
    {"if (", {3, 48, 0}},
    {"unistr (", {3, 50, 0}},
    {"unistr_quote (", {3, 50, 0}},
}};

// https://www.postgresql.org/about/featurematrix/
constexpr std::array<Feature, 28> postgres_features{{
    {"on conflict", {9, 5, 0}},
    {"create index if not exists", {9, 5, 0}},
    {"add column if not exists", {9, 6, 0}},
    {"always as identity", {10, 0, 0}},
    {"by default as identity", {10, 0, 0}},
    {"partition by", {10, 0, 0}},
    {"create procedure", {11, 0, 0}},
    {"or replace procedure", {11, 0, 0}},
    {"execute function", {11, 0, 0}},
    {"include (", {11, 0, 0}},
    {"generated always as (", {12, 0, 0}},
    {"reindex index concurrently", {12, 0, 0}},
    {"reindex table concurrently", {12, 0, 0}},
    {"as materialized (", {12, 0, 0}},
    {"as not materialized (", {12, 0, 0}},
    {"gen_random_uuid (", {13, 0, 0}},
    {"drop expression", {13, 0, 0}},
    {"or replace trigger", {14, 0, 0}},
    {"begin atomic", {14, 0, 0}},
    {"set compression", {14, 0, 0}},
    {"nulls not distinct", {15, 0, 0}},
    {"merge into", {15, 0, 0}},
    {"security_invoker", {15, 0, 0}},
    {"any_value (", {16, 0, 0}},
    {"json_table (", {17, 0, 0}},
    {"set expression as", {17, 0, 0}},
    {"uuidv7 (", {18, 0, 0}},
    {"not enforced", {18, 0, 0}},
}};

// https://dev.mysql.com/doc/relnotes/mysql/8.0/en/
constexpr std::array<Feature, 15> mysql_features{{
    {"rename index", {5, 7, 0}},
    {"rename column", {8, 0, 0}},
    {"over (", {8, 0, 0}},
    {"with recursive", {8, 0, 0}},
    {"utf8mb4_0900_ai_ci", {8, 0, 0}},
    {"uuid_to_bin (", {8, 0, 0}},
    {"invisible", {8, 0, 0}},
    {"skip locked", {8, 0, 1}},
    {"json_table (", {8, 0, 4}},
    {"algorithm = instant", {8, 0, 12}},
    {"default (", {8, 0, 13}},
    {"lateral (", {8, 0, 14}},
    {"check (", {8, 0, 16}},
    {"drop constraint", {8, 0, 19}},
    {"as new on duplicate", {8, 0, 19}},
}};

// https://mariadb.com/kb/en/release-notes/
constexpr std::array<Feature, 15> mariadb_features{{
    {"over (", {10, 2, 0}},
    {"with recursive", {10, 2, 1}},
    {"check (", {10, 2, 1}},
    {"default (", {10, 2, 1}},
    {"invisible", {10, 3, 3}},
    {"create sequence", {10, 3, 0}},
    {"with system versioning", {10, 3, 4}},
    {"algorithm = instant", {10, 3, 2}},
    {"algorithm = nocopy", {10, 3, 2}},
    {"returning", {10, 5, 0}},
    {"rename column", {10, 5, 2}},
    {"rename index", {10, 5, 2}},
    {"skip locked", {10, 6, 0}},
    {"json_table (", {10, 6, 0}},
    {"random_bytes (", {10, 10, 0}},
}};

std::span<const Feature> features(const Check& check) {
  switch (check.engine()) {
    case Engine::sqlite:
      return sqlite_features;
    case Engine::postgres:
      return postgres_features;
    case Engine::mysql:
      break;
  }
  if (check.server.product == Product::mariadb) return mariadb_features;
  return mysql_features;
}

std::string written(const std::array<unsigned, 3>& version) {
  std::string text = std::to_string(version[0]);
  if (version[1] != 0 || version[2] != 0) text += '.' + std::to_string(version[1]);
  return version[2] == 0 ? text : text + '.' + std::to_string(version[2]);
}

void newer_than_server(Check& check, const LintStatement& statement) {
  if (!check.server.known) return;
  const Words words = statement.words;
  for (const Feature& feature : features(check)) {
    if (!check.server.before(feature.since[0], feature.since[1], feature.since[2])) continue;
    const std::size_t at = find_words(words, feature.words);
    if (at == words.size()) continue;
    check.found(
        statement, words.subspan(at),
        std::string(feature.words) + " is known from version " + written(feature.since) + " on");
  }
}

constexpr std::array<LintCheck, 1> checks{{
    {{"newer-than-server", every_engine, LintSeverity::error,
      "words that the oldest server does not know",
      "the file fails there, or, as CHECK before MySQL 8.0.16, does nothing",
      "write it as the oldest server has it, or raise --server-version"},
     newer_than_server,
     nullptr,
     true},
}};

}  // namespace

std::span<const LintCheck> newer_checks() { return checks; }

}  // namespace lockstep::detail
