// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <set>

#include "document.hpp"
#include "format.hpp"
#include "tree.hpp"

namespace lockstep::workflow::detail {
namespace {

using Kind = Tree::Kind;

// What is the same for all of a file.
struct Source {
  std::string_view name;

  [[noreturn]] void stop(const Tree& at, const std::string& path, std::string_view why) const {
    const std::string whole = path.empty() ? std::string(why) : path + ": " + std::string(why);
    refuse(name, at.line, at.column, whole);
  }
};

// Reads the members of one map; `path` names it: "nodes[2]".
class Reader {
 public:
  Reader(const Source& source, const Tree& map, std::string path)
      : source_(source), map_(map), path_(std::move(path)) {
    if (map.kind != Kind::map) source_.stop(map, path_.empty() ? "file" : path_, "not a map");
  }

  template <class T>
  void field(std::string_view key, T& out, Need need = Need::optional) {
    const Tree* const value = take(key);
    if (value != nullptr && (value->kind != Kind::null || std::is_same_v<T, Keep>)) {
      read(*value, place(key), out);
    }
    if (need == Need::required && (value == nullptr || is_nothing(*value))) {
      source_.stop(value == nullptr ? map_ : *value, place(key), "missing");
    }
  }

  template <class... Work>
  void work(std::string_view key, std::variant<Work...>& out) {
    std::string name;
    field(key, name, Need::required);
    bool found = false;
    const auto try_one = [&]<class T>(T made) {
      if (found || Format<T>::name != name) return;
      found = true;
      Format<T>::fields(*this, made);
      out = std::move(made);
    };
    (try_one(Work{}), ...);
    if (!found) source_.stop(*find(key), place(key), "no such type of node");
  }

  // All that was not asked for.
  void rest(Datum::Map& out) const {
    for (std::size_t i = 0; i < map_.items.size(); ++i) {
      if (!taken_.contains(map_.keys[i])) {
        out.emplace(map_.keys[i], to_datum(map_.items[i], source_.name));
      }
    }
  }

 private:
  using Keep = std::optional<Datum>;  // the only one that tells null from nothing

  static bool is_nothing(const Tree& value) {
    return value.is_scalar() ? value.scalar.empty() : value.items.empty();
  }
  [[nodiscard]] std::string place(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  static std::string place(const std::string& path, std::size_t i) {
    return path + "[" + std::to_string(i) + "]";
  }
  [[nodiscard]] const Tree* find(std::string_view key) const {
    const auto it = std::find(map_.keys.begin(), map_.keys.end(), key);
    return it == map_.keys.end() ? nullptr : &map_.items[std::size_t(it - map_.keys.begin())];
  }
  const Tree* take(std::string_view key) {
    taken_.insert(key);
    return find(key);
  }

  void read(const Tree& value, const std::string& path, std::string& out) const {
    if (value.kind == Kind::null) return;
    if (!value.is_scalar()) source_.stop(value, path, "not a text");
    if (!value.scalar.empty()) out = value.scalar;
  }
  void read(const Tree& value, const std::string& path, bool& out) const {
    const Datum datum = to_datum(value, source_.name);
    const bool* const truth = datum.as<bool>();
    if (truth == nullptr) source_.stop(value, path, "neither true nor false");
    out = *truth;
  }
  void read(const Tree& value, const std::string& path, std::optional<Timestamp>& out) const {
    Timestamp t;
    if (!value.is_scalar() || !parse_timestamp(value.scalar, t)) {
      source_.stop(value, path, "not an instant");
    }
    out = t;
  }
  void read(const Tree& value, const std::string&, Keep& out) const {
    out = to_datum(value, source_.name);
  }
  void read(const Tree& value, const std::string& path, Datum::Map& out) const {
    if (value.kind != Kind::map) source_.stop(value, path, "not a map");
    out = std::get<Datum::Map>(to_datum(value, source_.name).value);
  }
  void read(const Tree& value, const std::string& path, TextMap& out) const {
    if (value.kind != Kind::map) source_.stop(value, path, "not a map");
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      read(value.items[i], path + "." + value.keys[i], out[value.keys[i]]);
    }
  }
  template <TextEnum E>
  void read(const Tree& value, const std::string& path, E& out) const {
    const auto known = value.is_scalar() ? find_enum<E>(value.scalar) : std::nullopt;
    if (!known) source_.stop(value, path, "not one of the known texts");
    out = *known;
  }
  template <class T>
  void read(const Tree& value, const std::string& path, std::vector<T>& out) const {
    if (value.kind != Kind::list) source_.stop(value, path, "not a list");
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      read(value.items[i], place(path, i), out.emplace_back());
    }
  }
  template <Formatted T>
  void read(const Tree& value, const std::string& path, T& out) const {
    Reader inner(source_, value, path);
    Format<T>::fields(inner, out);
  }

  const Source& source_;
  const Tree& map_;
  std::string path_;
  std::set<std::string_view> taken_;  // literals
};

}  // namespace

WorkflowDefinition read_document(std::string_view text, std::string_view file,
                                 const FileLimits& limits) {
  const Source source{file};
  const Tree tree = read_yaml(text, file, limits);
  Reader reader(source, tree, "");
  WorkflowDefinition definition;
  Format<WorkflowDefinition>::fields(reader, definition);
  for (EdgeDefinition& edge : definition.edges) {
    if (edge.id.empty()) edge.id = edge.from + "->" + edge.to;
  }
  return definition;
}

}  // namespace lockstep::workflow::detail
