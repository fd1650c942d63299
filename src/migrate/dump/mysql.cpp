// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "migrate/dump/objects.hpp"
#include "migrate/parity/word_reader.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {
namespace {

// Objects as information_schema lists them: a kind, and what SHOW CREATE calls it.
constexpr std::string_view list_objects = R"(SELECT kind, name, parent FROM (
SELECT CASE table_type WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence'
    WHEN 'BASE TABLE' THEN 'table' WHEN 'SYSTEM VERSIONED' THEN 'table'
    ELSE LOWER(table_type) END AS kind,
  table_name AS name, '' AS parent
FROM information_schema.tables WHERE table_schema = DATABASE()
  AND table_name NOT IN ('lockstep_migrations', 'lockstep_migration_log')
UNION ALL
SELECT LOWER(routine_type), routine_name, '' FROM information_schema.routines
WHERE routine_schema = DATABASE()
UNION ALL
SELECT 'trigger', trigger_name, event_object_table FROM information_schema.triggers
WHERE trigger_schema = DATABASE()
UNION ALL
SELECT 'event', event_name, '' FROM information_schema.events WHERE event_schema = DATABASE()
) AS objects ORDER BY name)";

struct Kind {
  std::string_view name;
  std::size_t text_column;  // of the answer of SHOW CREATE, from 0
};

// In the order in which they are made.
constexpr std::array kinds{Kind{"sequence", 1}, Kind{"function", 2},  Kind{"table", 1},
                           Kind{"view", 1},     Kind{"procedure", 2}, Kind{"trigger", 2},
                           Kind{"event", 3}};

std::string backticked(std::string_view name) {
  std::string out = "`";
  for (const char c : name) out += c == '`' ? "``" : std::string(1, c);
  return out + '`';
}

// Without what is another one for each server or at each time: DEFINER = `user`@`host` behind
// CREATE, and the next number of a table.
std::string without_accidents(std::string text, const LexicalRules& rules) {
  constexpr std::string_view counter = " AUTO_INCREMENT=";
  const std::size_t options = text.rfind('\n');
  const std::size_t at = options == text.npos ? options : text.find(counter, options);
  if (at != text.npos) {
    text.erase(at, text.find_first_not_of("0123456789", at + counter.size()) - at);
  }
  const auto words = words_of_sql(text, rules);
  const auto definer =
      std::ranges::find_if(words, [](const SqlWord& w) { return w.is("definer"); });
  if (definer == words.end() || definer - words.begin() > 4 || words.end() - definer < 6)
    return text;
  const std::size_t end = (definer + 5)->offset;  // DEFINER = `user` @ `host` VIEW
  return text.erase(definer->offset, end - definer->offset);
}

class MysqlReader {
 public:
  explicit MysqlReader(Database& db) : connection_(db) {
    connection_.use_settings(SettingsOf::engine);
  }

  SchemaObjects read();

 private:
  std::optional<std::string> show(const Kind& kind, const std::string& name);
  void add(const Kind& kind, const std::string& name, std::string table);
  void order_views();

  Pinned connection_;
  SchemaObjects all_;
};

std::optional<std::string> MysqlReader::show(const Kind& kind, const std::string& name) {
  std::string word(kind.name);
  std::ranges::transform(word, word.begin(),
                         [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  auto rows = connection_.stream<Row>("SHOW CREATE " + word + ' ' + backticked(name));
  std::optional<std::string> text;
  for (const Row& row : rows) {
    const Value& cell = row.cells[kind.text_column];
    if (!cell.is_null()) text = std::string(cell.as_text());
  }
  return text;
}

// The text is null for a routine that the account may run and not read.
void MysqlReader::add(const Kind& kind, const std::string& name, std::string table) {
  const auto text = show(kind, name);
  if (!text) {
    all_.unsupported.push_back(std::string(kind.name) + ' ' + name +
                               ", which this account may not read");
    return;
  }
  all_.objects.push_back({std::string(kind.name), name, std::move(table),
                          without_accidents(*text, connection_.dialect().lexical)});
}

SchemaObjects MysqlReader::read() {
  const auto rows =
      connection_.fetch_all<std::tuple<std::string, std::string, std::string>>(list_objects);
  for (const Kind& kind : kinds) {
    for (const auto& [of_kind, name, table] : rows) {
      if (of_kind == kind.name) add(kind, name, table);
    }
  }
  for (const auto& [kind, name, table] : rows) {
    if (std::ranges::find(kinds, kind, &Kind::name) == kinds.end()) {
      all_.unsupported.push_back(kind + ' ' + name);
    }
  }
  order_views();
  return std::move(all_);
}

// A view comes behind those that its text names: they cannot refer to each other in a circle.
void MysqlReader::order_views() {
  const auto is_view = [](const SchemaObject& each) { return each.kind == "view"; };
  const auto begin = std::ranges::find_if(all_.objects, is_view);
  const auto end = std::find_if_not(begin, all_.objects.end(), is_view);
  for (auto at = begin; at != end; ++at) {
    const auto ready = std::find_if(at, end, [&](const SchemaObject& view) {
      return std::none_of(at, end, [&](const SchemaObject& other) {
        return &other != &view && view.text.find(backticked(other.name)) != std::string::npos;
      });
    });
    if (ready != end) std::rotate(at, ready, ready + 1);
  }
}

}  // namespace

SchemaObjects read_mysql_objects(Database& db) { return MysqlReader(db).read(); }

}  // namespace lockstep::detail
