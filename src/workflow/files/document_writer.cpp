// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "document.hpp"
#include "format.hpp"
#include "lockstep/detail/row_text.hpp"
#include "tree.hpp"

namespace lockstep::workflow::detail {
namespace {

using Kind = Tree::Kind;
using lockstep::detail::instant_text;

template <Formatted T>
Tree tree_of(const T& value);

Tree tree_of(const std::string& text) { return {.kind = Kind::text, .scalar = text}; }
Tree tree_of(const Datum::Map& map) { return to_tree(Datum(map)); }
Tree tree_of(const std::optional<Datum>& datum) { return to_tree(*datum); }
Tree tree_of(const std::optional<Timestamp>& t) {
  require_timestamp("metadata", *t);
  return {.kind = Kind::text, .scalar = instant_text(*t)};
}
Tree tree_of(bool truth) { return to_tree(truth); }
template <TextEnum E>
Tree tree_of(E e) {
  return {.kind = Kind::text, .scalar = std::string(to_text(e))};
}
Tree tree_of(const TextMap& map) {
  Tree tree{.kind = Kind::map};
  for (const auto& [key, text] : map) {
    tree.keys.push_back(key);
    tree.items.push_back(tree_of(text));
  }
  return tree;
}
template <class T>
Tree tree_of(const std::vector<T>& list) {
  Tree tree{.kind = Kind::list};
  for (const T& each : list) tree.items.push_back(tree_of(each));
  return tree;
}

// Whether it is left out.
bool is_nothing(const std::string& text) { return text.empty(); }
bool is_nothing(const Datum::Map& map) { return map.empty(); }
bool is_nothing(const TextMap& map) { return map.empty(); }
bool is_nothing(bool truth) { return !truth; }
bool is_nothing(const Metadata& metadata) { return metadata == Metadata{}; }
template <class T>
bool is_nothing(const std::optional<T>& value) {
  return !value.has_value();
}
template <class T>
bool is_nothing(const std::vector<T>& list) {
  return list.empty();
}
bool is_nothing(Transport transport) { return transport == Transport{}; }
bool is_nothing(VariableType) { return false; }

class Writer {
 public:
  template <class T>
  void field(std::string_view key, const T& value, Need = Need::optional) {
    known_.push_back(key);
    if (!is_nothing(value)) add(key, tree_of(value));
  }
  template <class... Work>
  void work(std::string_view key, const std::variant<Work...>& value) {
    std::visit(
        [&]<class T>(const T& each) {
          field(key, std::string(Format<T>::name));
          Format<T>::fields(*this, each);
        },
        value);
  }
  void rest(const Datum::Map& extra) {
    for (const auto& [key, value] : extra) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) {
        raise(ErrorKind::invalid_argument, "extra: a key that the format has");
      }
      add(key, to_tree(value));
    }
  }
  [[nodiscard]] Tree take() { return std::move(tree_); }

 private:
  void add(std::string_view key, Tree value) {
    tree_.keys.emplace_back(key);
    tree_.items.push_back(std::move(value));
  }

  Tree tree_{.kind = Kind::map};
  std::vector<std::string_view> known_;
};

template <Formatted T>
Tree tree_of(const T& value) {
  Writer writer;
  Format<T>::fields(writer, value);
  return writer.take();
}

}  // namespace

std::string write_document(const WorkflowDefinition& definition, const FileLimits& limits) {
  std::string text = write_yaml(tree_of(definition));
  try {
    static_cast<void>(read_document(text, "definition", limits));
  } catch (const InvalidData& e) {
    raise(ErrorKind::invalid_argument, e.what());
  }
  return text;
}

}  // namespace lockstep::workflow::detail
