// SPDX-License-Identifier: BSL-1.0
#include "support/plan.hpp"

#include <algorithm>

namespace lockstep::tests {
namespace {

using Lines = std::vector<std::string>;

// What an engine's plan is made of.
struct Findings {
  Lines lines;
  Lines whole_reads;
  bool sorts = false;  // before the first row comes out
  bool matches_nothing = false;
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// ---- SQLite: https://www.sqlite.org/eqp.html

// The word after the first one.
std::string second_word(const std::string& line) {
  const auto begin = line.find(' ') + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

// A subquery or a table expression, which the plan makes before it scans it.
bool is_made(const Lines& lines, const std::string& name) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line == "CO-ROUTINE " + name || line == "MATERIALIZE " + name;
  });
}

bool reads_whole_sqlite(const Lines& lines, const std::string& line) {
  if (has(line, "USING AUTOMATIC ")) return true;
  return line.starts_with("SCAN ") && !has(line, " CONSTANT ROW") &&
         !is_made(lines, second_word(line));
}

Findings explain_sqlite(Transaction& tx, std::string_view statement,
                        const PlanArguments& arguments) {
  using Row = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>;
  Findings plan;
  const std::string text = "EXPLAIN QUERY PLAN " + std::string(statement);
  for (Row& row : tx.fetch_all<Row>(text, arguments)) {
    plan.lines.push_back(std::move(std::get<3>(row)));
  }
  for (const std::string& line : plan.lines) {
    if (reads_whole_sqlite(plan.lines, line)) plan.whole_reads.push_back(line);
    // "... FOR RIGHT PART OF ORDER BY" sorts what an index has put together.
    if (line.starts_with("USE TEMP B-TREE FOR ") && !has(line, " OF ORDER BY")) plan.sorts = true;
  }
  return plan;
}

// ---- PostgreSQL: https://www.postgresql.org/docs/15/using-explain.html

// A node of the plan without its arrow; empty for a line that tells more of the node before.
std::string_view node_of(std::string_view line) {
  const auto begin = line.find_first_not_of(' ');
  if (begin == 0) return line;
  if (begin == std::string_view::npos || !line.substr(begin).starts_with("->")) return {};
  return line.substr(begin + 4);
}

bool has_index_condition(const Lines& lines, std::size_t node) {
  for (std::size_t i = node + 1; i < lines.size() && node_of(lines[i]).empty(); ++i) {
    if (has(lines[i], " Index Cond: ")) return true;
  }
  return false;
}

bool reads_whole_postgres(const Lines& lines, std::size_t at) {
  const std::string_view node = node_of(lines[at]);
  if (has(node, "Seq Scan on ")) return true;
  const bool index = node.starts_with("Index ") || node.starts_with("Bitmap Index ");
  return index && !has_index_condition(lines, at);
}

Findings explain_postgres(Transaction& tx, std::string_view statement,
                          const PlanArguments& arguments) {
  tx.execute("SET LOCAL enable_seqscan = off");
  Findings plan;
  plan.lines =
      tx.fetch_all<std::string>("EXPLAIN (COSTS OFF) " + std::string(statement), arguments);
  for (std::size_t at = 0; at < plan.lines.size(); ++at) {
    const std::string_view node = node_of(plan.lines[at]);
    if (reads_whole_postgres(plan.lines, at)) plan.whole_reads.emplace_back(node);
    if (node == "Sort") plan.sorts = true;
  }
  return plan;
}

// ---- MySQL: https://mariadb.com/kb/en/explain/

// An INSERT has a line for the table that it writes to; <derived2> and its like are made by others.
bool is_read(const std::string& select_type, const std::string& table) {
  return select_type != "INSERT" && !table.starts_with('<');
}

Findings explain_mysql(Transaction& tx, std::string_view statement,
                       const PlanArguments& arguments) {
  using Text = std::optional<std::string>;
  using Number = std::optional<std::int64_t>;
  using Row = std::tuple<Number, Text, Text, Text, Text, Text, Text, Text, Text, Text>;
  Findings plan;
  for (const Row& row : tx.fetch_all<Row>("EXPLAIN " + std::string(statement), arguments)) {
    const auto& [id, select, table, type, possible, key, key_len, ref, rows, extra] = row;
    const std::string access = type.value_or("-");
    const std::string more = extra.value_or("");
    const std::string line = select.value_or("-") + ' ' + table.value_or("-") + ": " + access +
                             ", key " + key.value_or("-") + ", " + more;
    const bool all = access == "ALL" || access == "index";
    plan.lines.push_back(line);
    if (all && is_read(select.value_or(""), table.value_or(""))) plan.whole_reads.push_back(line);
    if (has(more, "Using filesort") || has(more, "Using temporary")) plan.sorts = true;
    if (has(more, "Impossible WHERE") || has(more, "no matching row")) plan.matches_nothing = true;
  }
  return plan;
}

// ---- each of them

// Whether LIMIT says how far the one table of the plan is read that is read from an end.
bool is_limited(std::string_view statement, const Findings& plan) {
  return has(statement, "ORDER BY ") && has(statement, "LIMIT ") && !has(statement, "WHERE ") &&
         !plan.sorts && plan.whole_reads.size() == 1;
}

struct Reader {
  Findings (*explain)(Transaction& tx, std::string_view statement, const PlanArguments& arguments);
  std::string_view analyze;
};

const Reader& reader_of(const Executor& db) {
  static constexpr Reader sqlite{explain_sqlite, "ANALYZE "};
  static constexpr Reader postgres{explain_postgres, "ANALYZE "};
  static constexpr Reader mysql{explain_mysql, "ANALYZE TABLE "};
  switch (db.dialect().engine) {
    case Engine::sqlite:
      return sqlite;
    case Engine::postgres:
      return postgres;
    case Engine::mysql:
      break;
  }
  return mysql;
}

}  // namespace

Plan explain(Transaction& tx, std::string_view statement, const PlanArguments& arguments) {
  Findings found = reader_of(tx).explain(tx, statement, arguments);
  Plan plan;
  plan.matches_nothing = found.matches_nothing;
  for (const std::string& line : found.lines) plan.text += line + '\n';
  if (!is_limited(statement, found)) plan.whole_reads = std::move(found.whole_reads);
  return plan;
}

void analyze(Executor& db, std::string_view table) {
  db.execute(std::string(reader_of(db).analyze) + std::string(table));
}

}  // namespace lockstep::tests
