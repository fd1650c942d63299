// SPDX-License-Identifier: BSL-1.0
// Every statement that a module lists is prepared on every engine.
#include <algorithm>

#include "core/sql_lexer.hpp"
#include "lockstep/outcome.hpp"
#include "lockstep/scheduler/scheduler.hpp"
#include "support/target.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

std::vector<const Sql*> all_statements() {
  std::vector<const Sql*> all;
  for (const auto list : {outcome_statements(), scheduler::statements()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

constexpr std::size_t most_arguments = 24;

// Explains a statement with a null for each of its N arguments: the engine compiles it and runs
// nothing.
template <std::size_t... I>
void explain(Executor& on, const std::string& text, std::index_sequence<I...>) {
  on.execute(text, (static_cast<void>(I), std::optional<std::int64_t>())...);
}

template <std::size_t... N>
void explain_with(Executor& on, const std::string& text, std::size_t arguments,
                  std::index_sequence<N...>) {
  using Explain = void (*)(Executor&, const std::string&);
  static constexpr std::array<Explain, sizeof...(N)> by_count{
      [](Executor& db, const std::string& sql) {
        explain(db, sql, std::make_index_sequence<N>());
      }...};
  by_count.at(arguments)(on, text);
}

}  // namespace

TEST_CASE_FIXTURE(Migrated, "every listed statement is accepted by the engine") {
  const Dialect& dialect = db.dialect();
  const auto all = all_statements();
  REQUIRE(all.size() >= 30);
  for (const Sql* sql : all) {
    CAPTURE(sql->name());
    const std::string_view text = sql->text(dialect.engine);
    const auto arguments = detail::lex_sql(text, dialect.lexical).arguments;
    CHECK_NOTHROW(explain_with(db, "EXPLAIN " + std::string(text), arguments,
                               std::make_index_sequence<most_arguments>()));
  }
}

TEST_CASE("names of statements begin with their module and are unique") {
  std::vector<std::string_view> names;
  for (const Sql* sql : all_statements()) names.push_back(sql->name());
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const auto name : names) {
    CHECK((name.starts_with("lockstep.") || name.starts_with("scheduler.")));
  }
}
