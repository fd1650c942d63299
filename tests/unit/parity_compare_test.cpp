// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <algorithm>

#include "lockstep/parity.hpp"

namespace lockstep {
namespace {

using Strings = std::vector<std::string>;

// A table with one of everything, as PostgreSQL has it.
Schema reference() {
  SchemaTable table;
  table.name = "t";
  table.columns = {{"id", "bigint", false, "identity"},
                   {"name", "key(20)", false, "'x'"},
                   {"at", "timestamp", true, "now"}};
  table.primary_key = {"pk_t", {"id"}};
  table.indexes = {{"idx_at", false, {"at"}, "name is null"}, {"uq_name", true, {"name"}, ""}};
  table.foreign_keys = {{"fk_name", {"name"}, "p", {"id"}, "restrict", "no action"}};
  table.checks = {{"ck_name", "name <> ''"}};
  table.triggers = {"trg_t_at"};
  table.row_count = 1;
  table.rows_sha = "aa";
  return {Engine::postgres, "postgres", {table}};
}

// The same on another engine, changed by `change`.
template <class F>
Schema changed(Engine engine, F&& change) {
  Schema schema = reference();
  schema.engine = engine;
  schema.name = to_string(engine);
  change(schema.tables.front());
  return schema;
}

Strings texts(const std::vector<SchemaDifference>& differences) {
  Strings out;
  for (const SchemaDifference& each : differences) out.push_back(to_string(each));
  return out;
}

template <class F>
Strings found(F&& change) {
  return texts(compare(reference(), changed(Engine::sqlite, change)));
}

TEST_CASE("parity: equal schemas have no difference, whatever their engines keep") {
  CHECK(found([](SchemaTable&) {}).empty());
  CHECK(found([](SchemaTable& t) { t.primary_key.name.reset(); }).empty());
  CHECK(found([](SchemaTable& t) { t.row_count.reset(); }).empty());
  CHECK(found([](SchemaTable& t) {
          t.foreign_keys[0].on_delete = t.foreign_keys[0].on_update = "refuse";
        }).empty());
}

TEST_CASE("parity: differences of columns and keys name both sides") {
  CHECK(found([](SchemaTable& t) { t.columns[0].type = "integer"; }) ==
        Strings{"t, column id, type: bigint on postgres, integer on sqlite"});
  CHECK(found([](SchemaTable& t) { t.columns[1].nullable = true; }) ==
        Strings{"t, column name, nullability: not null on postgres, null on sqlite"});
  CHECK(found([](SchemaTable& t) { t.columns[1].default_value.clear(); }) ==
        Strings{"t, column name, default: 'x' on postgres, none on sqlite"});
  CHECK(found([](SchemaTable& t) { std::swap(t.columns[1], t.columns[2]); }) ==
        Strings{"t, order of columns: (id, name, at) on postgres, (id, at, name) on sqlite"});
  CHECK(found([](SchemaTable& t) { t.columns.pop_back(); }) ==
        Strings{"t, column at: missing on sqlite, on postgres it is timestamp default now"});
  CHECK(found([](SchemaTable& t) {
          t.columns.push_back({"more", "text", false, ""});
        }) == Strings{"t, column more: missing on postgres, on sqlite it is text not null"});
  CHECK(found([](SchemaTable& t) {
          t.primary_key = {"pk", {"id", "name"}};
        }) == Strings{"t, primary key, columns: (id) on postgres, (id, name) on sqlite",
                      "t, primary key, name: pk_t on postgres, pk on sqlite"});
  CHECK(found([](SchemaTable& t) { t.primary_key = {}; }) ==
        Strings{"t, primary key, columns: (id) on postgres, () on sqlite"});
}

TEST_CASE("parity: differences of indexes, foreign keys, checks, triggers and rows") {
  CHECK(found([](SchemaTable& t) { t.indexes[1].unique = false; }) ==
        Strings{"t, index uq_name, uniqueness: unique on postgres, not unique on sqlite"});
  CHECK(found([](SchemaTable& t) { t.indexes[1].columns = {"name desc"}; }) ==
        Strings{"t, index uq_name, columns: (name) on postgres, (name desc) on sqlite"});
  CHECK(found([](SchemaTable& t) { t.indexes[1].name = "unique_name"; }) ==
        Strings{"t, index uq_name, name: uq_name on postgres, unique_name on sqlite"});
  CHECK(found([](SchemaTable& t) { t.indexes.pop_back(); }) ==
        Strings{"t, index uq_name: missing on sqlite, on postgres it is unique (name)"});
  CHECK(found([](SchemaTable& t) { t.foreign_keys[0].on_delete = "cascade"; }) ==
        Strings{"t, foreign key fk_name, on delete: restrict on postgres, cascade on sqlite"});
  CHECK(found([](SchemaTable& t) { t.foreign_keys[0].on_update = "restrict"; }) ==
        Strings{"t, foreign key fk_name, on update: no action on postgres, restrict on sqlite"});
  CHECK(found([](SchemaTable& t) { t.foreign_keys[0].referenced_columns = {"n"}; }) ==
        Strings{"t, foreign key fk_name, target: p (id) on postgres, p (n) on sqlite"});
  CHECK(found([](SchemaTable& t) { t.foreign_keys[0].name.clear(); }) ==
        Strings{"t, foreign key fk_name, name: fk_name on postgres, none on sqlite"});
  CHECK(found([](SchemaTable& t) { t.foreign_keys.clear(); }) ==
        Strings{"t, foreign key fk_name: missing on sqlite, on postgres it is (name) references p"
                " (id) on delete restrict"});
  CHECK(found([](SchemaTable& t) { t.checks[0].condition = "name <> 'y'"; }) ==
        Strings{"t, check ck_name, condition: name <> '' on postgres, name <> 'y' on sqlite"});
  CHECK(found([](SchemaTable& t) { t.triggers = {"trg"}; }) ==
        Strings{"t, trigger trg_t_at: missing on sqlite, on postgres it is trg_t_at",
                "t, trigger trg: missing on postgres, on sqlite it is trg"});
  CHECK(found([](SchemaTable& t) { t.row_count = 2; }) ==
        Strings{"t, rows: 1 on postgres, 2 on sqlite"});
  CHECK(found([](SchemaTable& t) { t.rows_sha = "bb"; }) ==
        Strings{"t, content of its rows: SHA-256 aa on postgres, SHA-256 bb on sqlite"});
  CHECK(found([](SchemaTable& t) { t.keeps_types = false; }) ==
        Strings{"t, column types: kept on postgres, not kept on sqlite"});
  CHECK(found([](SchemaTable& t) { t.name = "u"; }) ==
        Strings{"t: missing on sqlite, on postgres it is 3 columns",
                "u: missing on postgres, on sqlite it is 3 columns"});
}

std::vector<std::optional<ParityReason>> reasons(const Schema& other) {
  std::vector<std::optional<ParityReason>> out;
  for (const SchemaDifference& each : compare(reference(), other)) out.push_back(each.reason);
  return out;
}

template <class F>
std::vector<std::optional<ParityReason>> reasons_of(F&& change) {
  return reasons(changed(Engine::mysql, change));
}

using Reasons = std::vector<std::optional<ParityReason>>;

TEST_CASE("parity: a length check stands for the same length only") {
  constexpr auto length_check = ParityReason::length_check;
  const auto checked = [](std::string condition) {
    return [condition](SchemaTable& t) {
      t.columns[1].type = "text";
      t.checks.push_back({"ck_len", condition});
    };
  };
  CHECK(reasons_of(checked("length(name) <= 20")) == Reasons{length_check, length_check});
  CHECK(reasons_of(checked("length(name) <= 19")) == Reasons{ParityReason::type, std::nullopt});
  CHECK(reasons_of(checked("length(name) < 20")) == Reasons{ParityReason::type, std::nullopt});
  CHECK(reasons_of(checked("length(at) <= 20")) == Reasons{ParityReason::type, std::nullopt});
  // Without need of it, it is a check like any other.
  CHECK(reasons_of([](SchemaTable& t) {
          t.checks.push_back({"ck", "length(name) <= 20"});
        }) == Reasons{std::nullopt});
}

TEST_CASE("parity: what stands for a partial index") {
  constexpr auto partial = ParityReason::partial_index;
  const auto with = [](Strings columns, bool unique, std::string condition = {}) {
    return [columns, unique, condition](SchemaTable& t) {
      t.indexes[0] = {"idx_at", unique, columns, condition};
    };
  };
  CHECK(reasons_of(with({"at"}, false)) == Reasons{partial});
  CHECK(reasons_of(with({"name", "at"}, false)) == Reasons{partial, partial});
  CHECK(reasons_of(with({"id", "at"}, false)) == Reasons{std::nullopt, std::nullopt});
  CHECK(reasons_of(with({"at", "name"}, false)) == Reasons{std::nullopt, std::nullopt});
  CHECK(reasons_of(with({"at"}, true)) == Reasons{std::nullopt, std::nullopt});
  CHECK(reasons_of(with({"at"}, false, "name is not null")) == Reasons{std::nullopt});

  const auto replaced_by = [](SchemaIndex index) {
    return [index](SchemaTable& t) { t.indexes = {t.indexes[1], index}; };
  };
  // The second is the index itself, which the reference lacks.
  CHECK(reasons_of(replaced_by({"z", false, {"at", "id"}, ""})) == Reasons{partial, std::nullopt});
  CHECK(reasons_of(replaced_by({"z", false, {"id", "at"}, ""})) ==
        Reasons{std::nullopt, std::nullopt});
}

TEST_CASE("parity: the index that an engine makes for a foreign key") {
  const auto with = [](SchemaIndex index) {
    return [index](SchemaTable& t) { t.indexes.push_back(index); };
  };
  CHECK(reasons_of(with({"fk_name", false, {"name"}, ""})) ==
        Reasons{ParityReason::foreign_key_index});
  CHECK(reasons_of(with({"other", false, {"name"}, ""})) == Reasons{std::nullopt});
  CHECK(reasons_of(with({"fk_name", false, {"at"}, ""})) == Reasons{std::nullopt});
  CHECK(reasons_of(with({"fk_name", true, {"name"}, ""})) == Reasons{std::nullopt});
}

}  // namespace
}  // namespace lockstep
