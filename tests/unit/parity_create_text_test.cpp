// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <algorithm>

#include "migrate/parity/create_text.hpp"

namespace lockstep::detail {
namespace {

using Kind = ConstraintText::Kind;
using Strings = std::vector<std::string>;

const Dialect& sqlite() { return dialect(Engine::sqlite); }

TEST_CASE("create text: constraints of a table, with and without a name") {
  const TableText table = read_create_table(
      R"(CREATE TABLE t ( -- no, (this) is not it
        a TEXT NOT NULL, "key" TEXT DEFAULT (lower('CHECK, (')),
        CONSTRAINT pk_t PRIMARY KEY (a, "key"),
        CONSTRAINT uq_t UNIQUE ("key"), UNIQUE (a),
        CONSTRAINT fk_t FOREIGN KEY (a, "key") REFERENCES parents (x, y) ON DELETE CASCADE,
        CONSTRAINT ck_t CHECK (a IN ('x', 'y') AND (a <> ')')),
        CHECK (length(a) <= 5)
      ) STRICT)",
      sqlite());
  REQUIRE(table.constraints.size() == 6);
  const auto expect = [&](std::size_t i, Kind kind, std::string_view name, const Strings& columns) {
    CAPTURE(i);
    CHECK(table.constraints[i].kind == kind);
    CHECK(table.constraints[i].name == name);
    CHECK(table.constraints[i].columns == columns);
  };
  expect(0, Kind::primary_key, "pk_t", {"a", "key"});
  expect(1, Kind::unique, "uq_t", {"key"});
  expect(2, Kind::unique, "", {"a"});
  expect(3, Kind::foreign_key, "fk_t", {"a", "key"});
  CHECK(table.constraints[3].referenced_table == "parents");
  expect(4, Kind::check, "ck_t", {});
  CHECK(table.constraints[4].condition == "a IN ('x', 'y') AND (a <> ')')");
  expect(5, Kind::check, "", {});
  CHECK(table.constraints[5].condition == "length(a) <= 5");
  CHECK(table.strict);
  CHECK(std::ranges::none_of(table.columns, &ColumnText::counts));
}

TEST_CASE("create text: constraints of columns") {
  const TableText table = read_create_table(
      R"(CREATE TABLE "t" (
        id INTEGER NOT NULL CONSTRAINT pk_t PRIMARY KEY AUTOINCREMENT,
        check_sum VARCHAR(20) UNIQUE COLLATE NOCASE,
        parent TEXT CONSTRAINT fk_t REFERENCES parents ON UPDATE CASCADE,
        size INTEGER CONSTRAINT ck_t CHECK (size > 0),
        twice INTEGER GENERATED ALWAYS AS (size * 2) STORED
      ) WITHOUT ROWID)",
      sqlite());
  REQUIRE(table.constraints.size() == 4);
  CHECK(table.constraints[0].name == "pk_t");
  CHECK(table.constraints[0].columns == Strings{"id"});
  CHECK(table.constraints[1].kind == Kind::unique);
  CHECK(table.constraints[1].columns == Strings{"check_sum"});
  CHECK(table.constraints[2].name == "fk_t");
  CHECK(table.constraints[2].columns == Strings{"parent"});
  CHECK(table.constraints[2].referenced_table == "parents");
  CHECK(table.constraints[3].condition == "size > 0");
  REQUIRE(table.columns.size() == 5);
  CHECK(table.columns[0].counts);
  CHECK_FALSE(table.columns[0].nullable);
  CHECK(table.columns[1].type == "varchar(20)");
  CHECK(table.columns[1].collation == "nocase");
  CHECK_FALSE(table.columns[1].counts);
  CHECK(table.columns[4].generated);
  CHECK_FALSE(table.strict);
}

TEST_CASE("create text: an index with expressions, directions and a condition") {
  const IndexText index = read_create_index(
      "CREATE UNIQUE INDEX i ON t (a DESC, lower(b), c ASC) WHERE a IS NULL AND (b > 1)", sqlite());
  CHECK(index.columns == Strings{"a desc", "lower(b)", "c"});
  CHECK(index.condition == "a IS NULL AND (b > 1)");
  CHECK(read_create_index("CREATE INDEX i ON t (a)", sqlite()).condition.empty());
}

TEST_CASE("create text: what is no list of columns gives nothing") {
  CHECK(read_create_table("CREATE TABLE t AS SELECT 1", sqlite()).constraints.empty());
  CHECK(read_create_table("CREATE TABLE t (a TEXT, CHECK (a", sqlite()).constraints.size() <= 1);
  CHECK(read_create_table("", sqlite()).constraints.empty());
  CHECK(read_create_index("CREATE INDEX", sqlite()).columns.empty());
}

}  // namespace
}  // namespace lockstep::detail
