// SPDX-License-Identifier: BSL-1.0
#include "lockstep/maintenance.hpp"

#include <array>

#include "core/query_error.hpp"
#include "upkeep/door.hpp"

namespace lockstep {
namespace {

using std::chrono::steady_clock;

constexpr Sql last_sql{"lockstep.last_maintenance",
                       "SELECT started_at, finished_at, steps, problems "
                       "FROM lockstep_maintenance WHERE id = 1"};

// What errors of the engine's own statements name.
constexpr Sql maintenance_sql{"lockstep.maintenance", ""};

constexpr Sql record_sql{
    "lockstep.maintenance.record",
    "INSERT INTO lockstep_maintenance (id, started_at, finished_at, steps, problems) "
    "VALUES (1, :started_at, :finished_at, :steps, :problems) "
    "ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, "
    "finished_at = excluded.finished_at, steps = excluded.steps, problems = excluded.problems",
    {.mysql =
         "INSERT INTO lockstep_maintenance (id, started_at, finished_at, steps, problems) "
         "VALUES (1, :started_at, :finished_at, :steps, :problems) "
         "ON DUPLICATE KEY UPDATE started_at = VALUES(started_at), "
         "finished_at = VALUES(finished_at), steps = VALUES(steps), problems = VALUES(problems)"}};

// What a row of the answer for a table holds: table, operation, kind of message, message.
using Message = std::tuple<std::optional<std::string>, std::optional<std::string>,
                           std::optional<std::string>, std::optional<std::string>>;

// What is left of the limits, for another call.
CallOptions left_of(const Limits& limits) {
  CallOptions options{.stop = limits.stop};
  if (limits.deadline) {
    options.deadline = std::max(*limits.deadline - steady_clock::now(), steady_clock::duration(1));
  }
  return options;
}

// Times its steps.
class Steps {
 public:
  template <class F>
  void run(std::string statement, F&& f) {
    const auto began = steady_clock::now();
    std::string problem = f(statement);
    const auto took = steady_clock::now() - began;
    done_.push_back({std::move(statement),
                     std::chrono::duration_cast<std::chrono::milliseconds>(took),
                     std::move(problem)});
  }
  [[nodiscard]] std::vector<MaintenanceStep> take() { return std::move(done_); }

 private:
  std::vector<MaintenanceStep> done_;
};

// The settings that a statement makes for the next ones hold on its connection.
void maintain_database(Database& db, Steps& steps, const Limits& limits, SourceLocation at) {
  const auto statements = db.dialect().maintenance;
  if (statements.empty()) return;
  const detail::Lease lease = detail::UpkeepDoor::lease(db, limits, at);
  for (const std::string_view statement : statements) {
    steps.run(std::string(statement), [&](const std::string& text) {
      lease->run(Query(text, at), limits);
      return std::string();
    });
  }
}

std::string problem_in(const std::vector<Message>& messages) {
  for (const auto& [table, operation, kind, text] : messages) {
    if (kind == "Error" || kind == "error") return text.value_or("not done");
  }
  return {};
}

void maintain_tables(Database& db, Steps& steps, const Limits& limits, SourceLocation at) {
  const Dialect& dialect = db.dialect();
  if (dialect.table_list.empty()) return;
  constexpr std::string_view place = "{table}";
  const auto tables =
      db.with(left_of(limits)).fetch_all<std::string>(Query(dialect.table_list, at));
  for (const std::string& table : tables) {
    std::string statement(dialect.table_maintenance);
    statement.replace(statement.find(place), place.size(), table);
    steps.run(std::move(statement), [&](const std::string& text) {
      return problem_in(db.with(left_of(limits)).fetch_all<Message>(Query(text, at)));
    });
  }
}

// Runs f, for which the table has to be there.
template <class F>
auto with_table(const Query& query, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (const UndefinedObject&) {
    detail::raise_about(query, ErrorKind::configuration,
                        "there is no table lockstep_maintenance: run `lockstep migrate up`");
  }
}

}  // namespace

MaintenanceReport maintenance(Database& db, const CallOptions& options, SourceLocation at) {
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  Bounded bounded = db.with(left_of(limits));
  static_cast<void>(last_maintenance(bounded, at));
  MaintenanceReport report;
  report.started_at = db.now();
  Steps steps;
  detail::named_as(Query(maintenance_sql, at), [&] {
    maintain_database(db, steps, limits, at);
    maintain_tables(db, steps, limits, at);
  });
  report.steps = steps.take();
  report.finished_at = db.now();
  MaintenanceRun run{.started_at = report.started_at,
                     .finished_at = report.finished_at,
                     .steps = std::ssize(report.steps)};
  for (const MaintenanceStep& step : report.steps) run.problems += step.problem.empty() ? 0 : 1;
  const Query query(record_sql, at);
  with_table(query, [&] { return db.with(left_of(limits)).execute(query, run).rows_affected(); });
  return report;
}

std::optional<MaintenanceRun> last_maintenance(Executor& db, SourceLocation at) {
  const Query query(last_sql, at);
  return with_table(query, [&] { return db.fetch_optional<MaintenanceRun>(query); });
}

std::span<const Sql* const> maintenance_statements() noexcept {
  static constexpr std::array all{&last_sql, &record_sql};
  return all;
}

}  // namespace lockstep
