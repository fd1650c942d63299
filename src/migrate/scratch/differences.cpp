// SPDX-License-Identifier: BSL-1.0
#include "migrate/scratch/differences.hpp"

#include <algorithm>

#include "migrate/parity/sql_words.hpp"

namespace lockstep {
namespace detail {
namespace {

bool same_object(const SchemaObject& a, const SchemaObject& b) {
  return a.kind == b.kind && a.name == b.name && a.table == b.table;
}

const SchemaObject* find(const SchemaObjects& all, const SchemaObject& object) {
  const auto found = std::ranges::find_if(
      all.objects, [&](const SchemaObject& each) { return same_object(each, object); });
  return found == all.objects.end() ? nullptr : &*found;
}

// SQLite changes the quotes and blanks of a text when it renames.
bool same_text(const std::string& a, const std::string& b) {
  const LexicalRules& rules = dialect(Engine::sqlite).lexical;
  return a == b || std::ranges::equal(words_of_sql(a, rules), words_of_sql(b, rules), {},
                                      &SqlWord::text, &SqlWord::text);
}

// Whether the table that it is part of is not there: then that is what is told.
bool goes_with_table(const SchemaObject& object, const SchemaObjects& there) {
  return !object.table.empty() &&
         std::ranges::none_of(there.objects, [&](const SchemaObject& each) {
           return each.table.empty() && each.name == object.table;
         });
}

// The name without its schema, as SchemaTable has it.
std::string_view base_of(std::string_view name) { return name.substr(name.rfind('.') + 1); }

class Comparison {
 public:
  Comparison(const Picture& wanted, const Picture& found) : wanted_(wanted), found_(found) {}

  std::vector<ObjectDifference> run();

 private:
  void compare_object(const SchemaObject& object);
  bool compare_table(const SchemaObject& table);
  [[nodiscard]] bool is_told(std::string_view name, std::string_view table) const;

  const Picture& wanted_;
  const Picture& found_;
  std::vector<ObjectDifference> out_;
};

std::vector<ObjectDifference> Comparison::run() {
  std::vector<const SchemaObject*> tables;  // last: their parts may be objects themselves
  for (const SchemaObject& object : wanted_.objects.objects) {
    object.kind == "table" ? tables.push_back(&object) : compare_object(object);
  }
  for (const SchemaObject& object : found_.objects.objects) {
    if (find(wanted_.objects, object) != nullptr) continue;
    if (goes_with_table(object, wanted_.objects)) continue;
    out_.push_back({object.kind, name_of(object), "surplus", "", object.text});
  }
  for (const SchemaObject* table : tables) compare_object(*table);
  std::ranges::stable_sort(
      out_, {}, [](const ObjectDifference& each) { return std::pair(each.kind, each.name); });
  return std::move(out_);
}

void Comparison::compare_object(const SchemaObject& object) {
  const SchemaObject* same = find(found_.objects, object);
  if (same == nullptr) {
    if (goes_with_table(object, found_.objects)) return;
    out_.push_back({object.kind, name_of(object), "missing", object.text, ""});
  } else if (!same_text(object.text, same->text)) {
    if (object.kind == "table" && compare_table(object)) return;
    out_.push_back({object.kind, name_of(object), "definition", object.text, same->text});
  }
}

bool Comparison::is_told(std::string_view name, std::string_view table) const {
  const std::string whole = std::string(name) + " on ";
  return std::ranges::any_of(out_, [&](const ObjectDifference& each) {
    return each.name.starts_with(whole) && each.name.ends_with(table);
  });
}

// False if the model of a schema tells no difference.
bool Comparison::compare_table(const SchemaObject& table) {
  const std::string_view name = base_of(table.name);
  const SchemaTable* wanted = wanted_.schema.find(name);
  const SchemaTable* found = found_.schema.find(name);
  if (wanted == nullptr || found == nullptr) return false;
  const Schema one{wanted_.schema.engine, "files", {*wanted}};
  const Schema other{wanted_.schema.engine, "database", {*found}};
  bool any = false;
  for (const SchemaDifference& each : compare(one, other)) {
    any = true;
    if (is_told(each.name, table.name)) continue;
    const std::string part = each.name.empty() ? table.name : each.name + " on " + table.name;
    out_.push_back({each.part, part, each.what, each.reference, each.other});
  }
  return any;
}

}  // namespace

Picture take_picture(Database& db) { return {read_objects(db), read_schema(db, 0)}; }

std::string name_of(const SchemaObject& object) {
  return object.name + (object.table.empty() ? "" : " on " + object.table);
}

std::vector<ObjectDifference> differences(const Picture& wanted, const Picture& found) {
  return Comparison(wanted, found).run();
}

}  // namespace detail

std::string to_string(const ObjectDifference& difference) {
  const auto& [kind, name, what, wanted, found] = difference;
  std::string text = kind + ' ' + name;
  if (what == "missing") return text + ": missing";
  if (what == "surplus") return text + ": not in the files";
  text += ", " + what;
  if (what == "definition") return text + ": another one";
  return text + ": " + found + ", not " + wanted;
}

}  // namespace lockstep
