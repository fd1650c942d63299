// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "lockstep/parity.hpp"
#include "migrate/parity/explain.hpp"

namespace lockstep {
namespace {

using Reason = std::optional<ParityReason>;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return '(' + text + ')';
}

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

std::string described(const SchemaTable& table) {
  return std::to_string(table.columns.size()) + " columns";
}

std::string described(const SchemaColumn& column) {
  return column.type + (column.nullable ? "" : " not null") +
         (column.default_value.empty() ? "" : " default " + column.default_value);
}

std::string described(const SchemaIndex& index) {
  return (index.unique ? "unique " : "") + joined(index.columns) +
         (index.condition.empty() ? "" : " where " + index.condition);
}

std::string described(const SchemaForeignKey& key) {
  return joined(key.columns) + " references " + key.referenced_table + ' ' +
         joined(key.referenced_columns) + " on delete " + key.on_delete;
}

std::string described(const SchemaCheck& check) { return check.condition; }

bool same_content(const SchemaIndex& a, const SchemaIndex& b) {
  return a.unique == b.unique && a.columns == b.columns && a.condition == b.condition;
}
bool same_content(const SchemaForeignKey& a, const SchemaForeignKey& b) {
  return a.columns == b.columns && a.referenced_table == b.referenced_table;
}
bool same_content(const SchemaCheck& a, const SchemaCheck& b) { return a.condition == b.condition; }
// A column or table of another name is another one.
template <class T>
bool same_content(const T&, const T&) {
  return false;
}

bool same_action(const std::string& a, const std::string& b) {
  const auto refuses = [](const std::string& word) {
    return word == "no action" || word == "restrict";
  };
  return a == b || (a == "refuse" && refuses(b)) || (b == "refuse" && refuses(a));
}

class Comparison {
 public:
  Comparison(const Schema& reference, const Schema& other) : reference_(reference), other_(other) {}

  std::vector<SchemaDifference> run() {
    each("table", reference_.tables, other_.tables);
    std::ranges::stable_sort(out_, {}, &SchemaDifference::table);
    return std::move(out_);
  }

 private:
  // Goes through two lists of named parts: those of one name are pairs, and so are those that
  // differ in their name only.
  template <class T>
  void each(std::string_view part, const std::vector<T>& reference, const std::vector<T>& other);
  void pair(const SchemaTable& reference, const SchemaTable& other);
  void pair(const SchemaColumn& reference, const SchemaColumn& other);
  void pair(const SchemaIndex& reference, const SchemaIndex& other);
  void pair(const SchemaForeignKey& reference, const SchemaForeignKey& other);
  void pair(const SchemaCheck& reference, const SchemaCheck& other);
  void order_of_columns();
  void primary_keys();
  void triggers();
  void rows();

  [[nodiscard]] Reason why_missing(const SchemaIndex& index) const;
  [[nodiscard]] Reason why_surplus(const SchemaIndex& index) const;
  [[nodiscard]] Reason why_surplus(const SchemaCheck& check) const;
  template <class T>
  [[nodiscard]] Reason why_missing(const T&) const {
    return std::nullopt;
  }
  template <class T>
  [[nodiscard]] Reason why_surplus(const T&) const {
    return std::nullopt;
  }

  // What the next differences are about.
  void enter(std::string_view part, const std::string& name) {
    part_ = part;
    if (part == "table") table_name_ = name;
    part_name_ = part == "table" ? "" : name;
  }
  void differ(std::string_view what, const std::string& reference, const std::string& other,
              Reason reason = {}) {
    if (reference != other) add(what, reference, other, reason);
  }
  void add(std::string_view what, std::string reference, std::string other, Reason reason = {}) {
    out_.push_back({table_name_, std::string(part_), part_name_, std::string(what),
                    std::move(reference), std::move(other), reference_.name, other_.name,
                    other_.engine, reason});
  }

  const Schema& reference_;
  const Schema& other_;
  const SchemaTable* reference_table_ = nullptr;  // the pair of tables that is compared
  const SchemaTable* other_table_ = nullptr;
  std::string table_name_;
  std::string_view part_;
  std::string part_name_;
  std::vector<SchemaDifference> out_;
};

template <class T>
void Comparison::each(std::string_view part, const std::vector<T>& reference,
                      const std::vector<T>& other) {
  std::vector<const T*> left;
  for (const T& item : other) left.push_back(&item);
  const auto take = [&](const auto& fits) -> const T* {
    const auto found = std::ranges::find_if(left, [&](const T* item) { return fits(*item); });
    if (found == left.end()) return nullptr;
    const T* item = *found;
    left.erase(found);
    return item;
  };
  std::vector<const T*> alone;
  for (const T& item : reference) {
    const T* same = take([&](const T& each) { return each.name == item.name; });
    enter(part, item.name);
    same == nullptr ? alone.push_back(&item) : pair(item, *same);
  }
  for (const T* item : alone) {
    const T* same = take([&](const T& each) { return same_content(*item, each); });
    enter(part, item->name);
    if (same == nullptr) {
      add("missing", described(*item), "none", why_missing(*item));
    } else {
      add("name", item->name, or_none(same->name));
      pair(*item, *same);
    }
  }
  for (const T* item : left) {
    enter(part, item->name);
    add("surplus", "none", described(*item), why_surplus(*item));
  }
}

void Comparison::pair(const SchemaTable& reference, const SchemaTable& other) {
  reference_table_ = &reference;
  other_table_ = &other;
  differ("column types", reference.keeps_types ? "kept" : "not kept",
         other.keeps_types ? "kept" : "not kept", ParityReason::type);
  order_of_columns();
  rows();
  each("column", reference.columns, other.columns);
  primary_keys();
  each("index", reference.indexes, other.indexes);
  each("foreign key", reference.foreign_keys, other.foreign_keys);
  each("check", reference.checks, other.checks);
  triggers();
}

// Of the columns that both have.
void Comparison::order_of_columns() {
  const auto shared = [](const SchemaTable& table, const SchemaTable& with) {
    std::vector<std::string> names;
    for (const SchemaColumn& column : table.columns) {
      if (std::ranges::find(with.columns, column.name, &SchemaColumn::name) != with.columns.end()) {
        names.push_back(column.name);
      }
    }
    return joined(names);
  };
  differ("order of columns", shared(*reference_table_, *other_table_),
         shared(*other_table_, *reference_table_));
}

void Comparison::rows() {
  if (!reference_table_->row_count || !other_table_->row_count) return;
  const auto count = [](const SchemaTable& table) { return std::to_string(*table.row_count); };
  differ("rows", count(*reference_table_), count(*other_table_));
  if (reference_table_->row_count != other_table_->row_count) return;
  differ("content of its rows", "SHA-256 " + reference_table_->rows_sha,
         "SHA-256 " + other_table_->rows_sha);
}

void Comparison::primary_keys() {
  part_ = "primary key";
  part_name_.clear();
  const SchemaPrimaryKey& a = reference_table_->primary_key;
  const SchemaPrimaryKey& b = other_table_->primary_key;
  differ("columns", joined(a.columns), joined(b.columns));
  if (a.name && b.name && !a.columns.empty() && !b.columns.empty()) {
    differ("name", or_none(*a.name), or_none(*b.name));
  }
}

void Comparison::triggers() {
  part_ = "trigger";
  const auto only = [&](const SchemaTable& table, const SchemaTable& than, bool missing) {
    for (const std::string& name : table.triggers) {
      if (std::ranges::find(than.triggers, name) != than.triggers.end()) continue;
      part_name_ = name;
      add(missing ? "missing" : "surplus", missing ? name : "none", missing ? "none" : name);
    }
  };
  only(*reference_table_, *other_table_, true);
  only(*other_table_, *reference_table_, false);
}

void Comparison::pair(const SchemaColumn& reference, const SchemaColumn& other) {
  const auto type = [](const SchemaTable& table, const SchemaColumn& column) {
    const auto length = detail::checked_length(table, column.name);
    return column.type +
           (length && column.type == "text" ? ", length <= " + *length : std::string());
  };
  const bool bounded = detail::bounds_alike(reference, *other_table_, other);
  differ("type", type(*reference_table_, reference), type(*other_table_, other),
         bounded ? ParityReason::length_check : ParityReason::type);
  differ("nullability", reference.nullable ? "null" : "not null",
         other.nullable ? "null" : "not null");
  differ("default", or_none(reference.default_value), or_none(other.default_value));
}

void Comparison::pair(const SchemaIndex& reference, const SchemaIndex& other) {
  const Reason reason =
      detail::stands_for(other, reference) ? Reason(ParityReason::partial_index) : std::nullopt;
  differ("uniqueness", reference.unique ? "unique" : "not unique",
         other.unique ? "unique" : "not unique");
  differ("columns", joined(reference.columns), joined(other.columns), reason);
  differ("condition", or_none(reference.condition), or_none(other.condition), reason);
}

void Comparison::pair(const SchemaForeignKey& reference, const SchemaForeignKey& other) {
  differ("columns", joined(reference.columns), joined(other.columns));
  differ("target", reference.referenced_table + ' ' + joined(reference.referenced_columns),
         other.referenced_table + ' ' + joined(other.referenced_columns));
  if (!same_action(reference.on_delete, other.on_delete)) {
    add("on delete", reference.on_delete, other.on_delete);
  }
  if (!same_action(reference.on_update, other.on_update)) {
    add("on update", reference.on_update, other.on_update);
  }
}

void Comparison::pair(const SchemaCheck& reference, const SchemaCheck& other) {
  differ("condition", reference.condition, other.condition);
}

Reason Comparison::why_missing(const SchemaIndex& index) const {
  return detail::has_stand_in(*other_table_, index) ? Reason(ParityReason::partial_index)
                                                    : std::nullopt;
}

Reason Comparison::why_surplus(const SchemaIndex& index) const {
  return detail::is_foreign_key_index(*other_table_, index)
             ? Reason(ParityReason::foreign_key_index)
             : std::nullopt;
}

Reason Comparison::why_surplus(const SchemaCheck& check) const {
  return detail::is_length_check(check, *reference_table_, *other_table_)
             ? Reason(ParityReason::length_check)
             : std::nullopt;
}

}  // namespace

std::vector<SchemaDifference> compare(const Schema& reference, const Schema& other) {
  return Comparison(reference, other).run();
}

}  // namespace lockstep
