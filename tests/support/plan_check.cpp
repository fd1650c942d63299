// SPDX-License-Identifier: BSL-1.0
#include "support/plan_check.hpp"

#include <algorithm>
#include <set>

#include "core/sql_lexer.hpp"
#include "support/target.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

const testing::detail::Domain& domain_of(std::string_view name) {
  for (const auto& domain : testing::detail::all_domains()) {
    if (domain.name == name) return domain;
  }
  throw std::out_of_range("no domain " + std::string(name));
}

void fill(Database& db, const PlanDomain& domain) {
  domain.seed(db);
  for (const auto& table : domain_of(domain.name).tables) {
    CAPTURE(table.name);
    const std::string count = "SELECT COUNT(*) FROM " + std::string(table.name);
    if (!table.one_row) CHECK(db.fetch_value<int>(count) >= plan_rows);
    analyze(db, table.name);
  }
}

// The values of a domain, and which of them were wanted.
class Values {
 public:
  explicit Values(const PlanDomain& domain) : all_(domain.arguments) {}

  PlanArguments of(const Sql& sql, const Dialect& dialect) {
    const detail::LexedSql lexed = detail::lex_sql(sql.text(dialect.engine), dialect.lexical);
    REQUIRE(lexed.names.size() == lexed.arguments);
    PlanArguments arguments;
    for (const std::string& placeholder : lexed.names) {
      const PlanArgument* found = find(placeholder, sql.name());
      if (found == nullptr) found = find(placeholder, {});
      INFO("no value for :", placeholder);
      REQUIRE(found != nullptr);
      wanted_.insert(found);
      arguments.values.push_back(
          std::visit([](const auto& value) { return detail::encode(value); }, found->value));
    }
    return arguments;
  }

  void check_wanted() const {
    for (const PlanArgument& each : all_) {
      CAPTURE(each.placeholder);
      CAPTURE(each.statement);
      CHECK(wanted_.contains(&each));
    }
  }

 private:
  [[nodiscard]] const PlanArgument* find(std::string_view placeholder,
                                         std::string_view statement) const {
    const auto it = std::find_if(all_.begin(), all_.end(), [&](const PlanArgument& each) {
      return each.placeholder == placeholder && each.statement == statement;
    });
    return it == all_.end() ? nullptr : &*it;
  }

  std::span<const PlanArgument> all_;
  std::set<const PlanArgument*> wanted_;
};

void check_plan(const Sql& sql, std::string_view text, const Plan& plan, bool some_engines) {
  CAPTURE(plan.text);
  CHECK_FALSE(plan.matches_nothing);
  const bool reads_whole = !plan.whole_reads.empty();
  const bool has_reason = !sql.reads_all().empty();
  CHECK((has_reason || !some_engines));
  if (!has_reason) {
    INFO("it reads a whole table: give it an index, or its reason");
    CHECK_FALSE(reads_whole);
  } else if (!some_engines) {
    INFO("its reason is dead: it finds its rows by an index");
    const bool wants_all = text.find("WHERE ") == std::string_view::npos;
    CHECK((reads_whole || wants_all));
  }
}

}  // namespace

std::string plan_key(int n) {
  const std::string digits = std::to_string(n);
  return "row-" + std::string(6 - digits.size(), '0') + digits;
}

const Sql& find_statement(std::span<const Sql* const> statements, std::string_view name) {
  for (const Sql* sql : statements) {
    if (sql->name() == name) return *sql;
  }
  throw std::out_of_range("no statement " + std::string(name));
}

void check_plans(const PlanDomain& domain) {
  testing::TestDatabase fixture({std::string(domain.name)}, target_url());
  Database& db = fixture.db();
  fill(db, domain);
  Values values(domain);
  std::size_t reasons = 0;
  for (const Sql* sql : domain.statements) {
    CAPTURE(sql->name());
    const std::string_view text = sql->text(db.dialect().engine);
    const PlanArguments arguments = values.of(*sql, db.dialect());
    const Plan plan = db.transaction([&](Transaction& tx) { return explain(tx, text, arguments); });
    const bool some_engines =
        std::count(domain.some_engines.begin(), domain.some_engines.end(), sql->name()) > 0;
    check_plan(*sql, text, plan, some_engines);
    if (!sql->reads_all().empty()) ++reasons;
  }
  values.check_wanted();
  for (const std::string_view name : domain.some_engines) {
    static_cast<void>(find_statement(domain.statements, name));
  }
  MESSAGE(domain.name << ": " << domain.statements.size() << " plans, " << reasons
                      << " statements with a reason to read a whole table");
}

}  // namespace lockstep::tests
