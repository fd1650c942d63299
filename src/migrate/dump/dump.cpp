// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "migrate/checksum.hpp"
#include "migrate/dump/objects.hpp"
#include "migrate/parity/sql_words.hpp"

namespace lockstep {
namespace {

// What stands around the statements. Functions are written before the tables they use, tables
// before those that their foreign keys refer to.
struct Frame {
  std::string_view before;
  std::string_view after;
};

Frame frame_of(Engine engine) {
  if (engine == Engine::postgres) return {"SET check_function_bodies = false;\n\n", ""};
  if (engine == Engine::mysql) {
    return {"SET FOREIGN_KEY_CHECKS = 0;\n\n", "SET FOREIGN_KEY_CHECKS = 1;\n"};
  }
  return {};
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// An object as a line: SQLite keeps the text of a CREATE as it was written, or as it has changed
// it.
std::string line_of(const SchemaObject& object) {
  std::string line = object.kind + '\n' + object.name + '\n' + object.table + '\n';
  for (const detail::SqlWord& word :
       detail::words_of_sql(object.text, dialect(Engine::sqlite).lexical)) {
    line += word.text + ' ';
  }
  return line;
}

}  // namespace

SchemaObjects read_objects(Database& db) {
  switch (db.dialect().engine) {
    case Engine::sqlite:
      return detail::read_sqlite_objects(db);
    case Engine::postgres:
      return detail::read_postgres_objects(db);
    case Engine::mysql:
      break;
  }
  return detail::read_mysql_objects(db);
}

std::string schema_fingerprint(const SchemaObjects& objects) {
  std::vector<std::string> lines = objects.unsupported;
  for (const SchemaObject& object : objects.objects) lines.push_back(line_of(object));
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return detail::sha256(text);
}

std::string dump_schema(Database& db) {
  const SchemaObjects objects = read_objects(db);
  if (!objects.unsupported.empty()) {
    raise(ErrorKind::unsupported, "a dump cannot write " + listed(objects.unsupported));
  }
  const Engine engine = db.dialect().engine;
  const Frame frame = frame_of(engine);
  std::string text =
      "-- lockstep schema dump, format 1, " + std::string(to_string(engine)) + "\n\n";
  text += frame.before;
  for (const SchemaObject& object : objects.objects) text += object.text + ";\n\n";
  text += frame.after;
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

void load_schema(Database& db, std::string_view text, std::string_view name) {
  const SchemaObjects there = read_objects(db);
  if (!there.objects.empty() || !there.unsupported.empty()) {
    const std::string first = there.objects.empty()
                                  ? there.unsupported.front()
                                  : there.objects.front().kind + ' ' + there.objects.front().name;
    raise(ErrorKind::invalid_state,
          "a dump is loaded into an empty database; this one has " + first);
  }
  run_script(db, text, name);
}

}  // namespace lockstep
