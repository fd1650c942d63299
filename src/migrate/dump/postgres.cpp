// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <map>
#include <set>

#include "migrate/dump/objects.hpp"
#include "migrate/dump/postgres_sql.hpp"

namespace lockstep::detail {
namespace {

// {word:a:b} as its text; see postgres_sql.hpp.
std::string macro(std::string_view call) {
  std::vector<std::string> parts;
  for (std::string_view rest = call;;) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    parts.emplace_back(rest.substr(0, end));
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  const auto free = [](const std::string& catalog, const std::string& oid) {
    return "NOT EXISTS (SELECT 1 FROM pg_depend AS of_extension WHERE of_extension.deptype = 'e'"
           " AND of_extension.classid = " +
           catalog + " AND of_extension.objid = " + oid + ')';
  };
  if (parts[0] == "own") {
    return parts[1] + ".nspname NOT LIKE 'pg\\_%' AND " + parts[1] +
           ".nspname <> 'information_schema'";
  }
  if (parts[0] == "free") {
    const std::string text = free('\'' + parts[1] + "'::regclass", parts[2]);
    if (parts[1] != "pg_class") return text;
    return text + " AND NOT EXISTS (SELECT 1 FROM pg_class AS ours WHERE ours.oid = " + parts[2] +
           " AND ours.relname IN ('lockstep_migrations', 'lockstep_migration_log'))";
  }
  if (parts[0] == "free_class") return free(parts[1], parts[2]);
  const std::string& catalog = parts[1];
  const std::string& oid = parts[2];
  return "CASE " + catalog +
         " WHEN 'pg_attrdef'::regclass THEN 'pg_class:' ||"
         " (SELECT adrelid FROM pg_attrdef WHERE oid = " +
         oid +
         ")"
         " WHEN 'pg_rewrite'::regclass THEN 'pg_class:' ||"
         " (SELECT ev_class FROM pg_rewrite WHERE oid = " +
         oid +
         ")"
         " WHEN 'pg_class'::regclass THEN (SELECT CASE WHEN r.relkind = 'c'"
         " THEN 'pg_type:' || r.reltype ELSE 'pg_class:' || r.oid END"
         " FROM pg_class AS r WHERE r.oid = " +
         oid +
         ")"
         " WHEN 'pg_type'::regclass THEN (SELECT CASE WHEN r.relkind <> 'c'"
         " THEN 'pg_class:' || r.oid WHEN t.typelem <> 0 AND t.typcategory = 'A'"
         " THEN 'pg_type:' || t.typelem ELSE 'pg_type:' || t.oid END"
         " FROM pg_type AS t LEFT JOIN pg_class AS r ON r.oid = t.typrelid WHERE t.oid = " +
         oid + ") ELSE " + catalog + "::regclass::text || ':' || " + oid + " END";
}

std::string expanded(std::string_view sql) {
  std::string out;
  for (;;) {
    const std::size_t begin = sql.find('{');
    out += sql.substr(0, begin);
    if (begin == sql.npos) return out;
    const std::size_t end = sql.find('}', begin);
    out += macro(sql.substr(begin + 1, end - begin - 1));
    sql.remove_prefix(end + 1);
  }
}

// The catalog that numbers the objects of a kind; empty: nothing depends on them.
std::string_view catalog_of(std::string_view kind) {
  constexpr auto catalogs = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"schema", "pg_namespace"},
       {"extension", "pg_extension"},
       {"type", "pg_type"},
       {"function", "pg_proc"},
       {"sequence", "pg_class"},
       {"table", "pg_class"},
       {"constraint", "pg_constraint"},
       {"index", "pg_class"},
       {"statistics", "pg_statistic_ext"},
       {"foreign key", "pg_constraint"},
       {"view", "pg_class"}});
  const auto found = std::ranges::find(catalogs, kind, &decltype(catalogs)::value_type::first);
  return found == catalogs.end() ? std::string_view() : found->second;
}

// Objects, and which of them must be there before which.
class Graph {
 public:
  void add(std::size_t rank, const std::string& id, SchemaObject object);
  void need(const std::string& dependent, const std::string& needed);
  // By rank and name, but for what is needed first. What needs itself in a circle comes as it is.
  std::vector<SchemaObject> sorted();

 private:
  struct Node {
    std::size_t rank = 0;
    SchemaObject object;
    std::set<std::size_t> dependents;
    std::size_t needs = 0;
  };
  void link(std::size_t dependent, std::size_t needed);

  std::vector<Node> nodes_;
  std::map<std::string, std::size_t> by_id_;
};

void Graph::add(std::size_t rank, const std::string& id, SchemaObject object) {
  if (!id.empty()) by_id_.emplace(id, nodes_.size());
  nodes_.push_back({rank, std::move(object), {}, 0});
}

void Graph::link(std::size_t dependent, std::size_t needed) {
  if (dependent != needed && nodes_[needed].dependents.insert(dependent).second) {
    ++nodes_[dependent].needs;
  }
}

void Graph::need(const std::string& dependent, const std::string& needed) {
  const auto from = by_id_.find(dependent);
  const auto to = by_id_.find(needed);
  if (from != by_id_.end() && to != by_id_.end()) link(from->second, to->second);
}

std::vector<SchemaObject> Graph::sorted() {
  std::map<std::string, std::size_t> tables;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const std::string& kind = nodes_[i].object.kind;
    if (kind == "table" || kind == "view") tables.emplace(nodes_[i].object.name, i);
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto table = tables.find(nodes_[i].object.table);
    if (table != tables.end()) link(i, table->second);
  }
  const auto before = [this](std::size_t a, std::size_t b) {
    const Node& x = nodes_[a];
    const Node& y = nodes_[b];
    return std::tie(x.rank, x.object.table, x.object.name, x.object.text, a) <
           std::tie(y.rank, y.object.table, y.object.name, y.object.text, b);
  };
  std::set<std::size_t, decltype(before)> ready(before);
  std::set<std::size_t, decltype(before)> waiting(before);
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    (nodes_[i].needs == 0 ? ready : waiting).insert(i);
  std::vector<SchemaObject> all;
  while (!ready.empty() || !waiting.empty()) {
    auto& from = ready.empty() ? waiting : ready;
    const std::size_t next = *from.begin();
    from.erase(from.begin());
    for (const std::size_t each : nodes_[next].dependents) {
      if (--nodes_[each].needs == 0 && waiting.erase(each) != 0) ready.insert(each);
    }
    all.push_back(nodes_[next].object);
  }
  return all;
}

// What follows a string and its cast to varchar at `at`; npos if there is none.
std::size_t behind_varchar(std::string_view text, std::size_t at) {
  constexpr std::string_view cast = "'::character varying";
  if (at >= text.size() || text[at] != '\'') return text.npos;
  for (++at; at < text.size(); ++at) {
    if (text[at] != '\'') continue;
    if (text.substr(at).starts_with("''")) {
      ++at;
    } else {
      return text.substr(at).starts_with(cast) ? at + cast.size() : text.npos;
    }
  }
  return text.npos;
}

// The server writes `x IN ('a', 'b')` of varchar as a cast of an array, and reads that as an array
// of casts: the latter is what it stays.
std::string settled(std::string text) {
  constexpr std::string_view begin = "(ARRAY[";
  constexpr std::string_view end = "])::text[]";
  for (std::size_t at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
    std::string casts = "ARRAY[";
    std::size_t from = at + begin.size();
    std::size_t to = behind_varchar(text, from);
    for (; to != text.npos; to = behind_varchar(text, from)) {
      casts += '(' + text.substr(from, to - from) + ")::text";
      if (text.compare(to, 2, ", ") != 0) break;
      casts += ", ";
      from = to + 2;
    }
    if (to == text.npos || text.compare(to, end.size(), end) != 0) continue;
    text.replace(at, to + end.size() - at, casts + ']');
  }
  return text;
}

SchemaObjects read(Executor& db) {
  SchemaObjects all;
  Graph graph;
  for (std::size_t rank = 0; rank < postgres_kinds.size(); ++rank) {
    const auto& [kind, sql] = postgres_kinds[rank];
    const std::string query =
        "SELECT o.oid::text, o.name::text, o.table_name::text, o.text::text FROM (" +
        expanded(sql) + ") AS o";
    using ObjectRow = std::tuple<std::string, std::string, std::string, std::optional<std::string>>;
    const std::string catalog(catalog_of(kind));
    for (auto& [oid, name, table, text] : db.fetch_all<ObjectRow>(query)) {
      if (!text) {
        all.unsupported.push_back(std::string(kind) + ' ' + name);
        continue;
      }
      graph.add(rank, catalog.empty() ? "" : catalog + ':' + oid,
                {std::string(kind), std::move(name), std::move(table),
                 kind == "function" ? std::move(*text) : settled(std::move(*text))});
    }
  }
  for (const auto& [dependent, needed] :
       db.fetch_all<std::tuple<std::optional<std::string>, std::optional<std::string>>>(
           expanded(postgres_dependencies))) {
    if (dependent && needed) graph.need(*dependent, *needed);
  }
  all.objects = graph.sorted();
  // Not that of std::ranges, whose result Clang 14 cannot compile.
  std::stable_partition(all.objects.begin(), all.objects.end(), [](const SchemaObject& object) {
    return object.kind != "comment" && object.kind != "setting";
  });
  for (std::string& what : db.fetch_all<std::string>(expanded(postgres_unsupported))) {
    all.unsupported.push_back(std::move(what));
  }
  return all;
}

}  // namespace

// In one snapshot, with a search path under which every name is told with its schema.
SchemaObjects read_postgres_objects(Database& db) {
  return db.transaction(
      [](Transaction& tx) {
        tx.execute("SET LOCAL search_path = ''");
        return read(tx);
      },
      {.isolation = Isolation::repeatable_read, .read_only = true});
}

}  // namespace lockstep::detail
