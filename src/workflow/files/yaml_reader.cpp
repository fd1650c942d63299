// SPDX-License-Identifier: BSL-1.0
// The only place of the workflows that sees yaml-cpp: its parser, but not its nodes, so that a
// document is refused before it has grown.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "tree.hpp"

namespace lockstep::workflow::detail {
namespace {

constexpr std::size_t max_key_bytes = 255;

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string_view file, const FileLimits& limits) : file_(file), limits_(limits) {}

  [[nodiscard]] Tree take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (done_) stop(mark, "more than one document");
  }
  void OnDocumentEnd() override { done_ = true; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(at(Tree::Kind::null, mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool text = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!text) check_tag(mark, tag);
    Tree scalar = at(text ? Tree::Kind::text : Tree::Kind::plain, mark);
    if (value.find('\0') != std::string::npos) stop(mark, "NUL byte in a text");
    scalar.scalar = value;
    add(std::move(scalar), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) stop(mark, "an alias of what it stands in");
    if (++aliases_ > limits_.aliases) stop(mark, "too many aliases");
    add(it->second.tree, YAML::NullAnchor);
    count(mark, it->second.size);
    if (open_.size() + it->second.depth > limits_.depth) stop(mark, "nested too deeply");
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Tree::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Tree::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Size {
    std::size_t values = 0, bytes = 0;
  };
  struct Anchored {
    Tree tree;
    Size size;
    std::size_t depth;
  };
  struct Open {
    Tree tree;
    YAML::anchor_t anchor;
    std::set<std::string> keys = {};  // of a map
    bool has_key = false;             // the next value belongs to the last key
  };

  [[noreturn]] void stop(const YAML::Mark& mark, std::string_view why) const {
    refuse(file_, mark.line + 1, mark.column + 1, why);
  }
  static Tree at(Tree::Kind kind, const YAML::Mark& mark) {
    return {.kind = kind, .line = mark.line + 1, .column = mark.column + 1};
  }
  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") stop(mark, "a tag");
  }

  static Size size_of(const Tree& tree) {
    Size size{1, tree.scalar.size()};
    for (const std::string& key : tree.keys) size.bytes += key.size();
    for (const Tree& item : tree.items) {
      const Size inner = size_of(item);
      size.values += inner.values;
      size.bytes += inner.bytes;
    }
    return size;
  }
  static std::size_t depth_of(const Tree& tree) {
    std::size_t depth = 0;
    for (const Tree& item : tree.items) depth = std::max(depth, depth_of(item));
    return depth + 1;
  }

  // What has been made so far, copies of what has an anchor among it.
  void count(const YAML::Mark& mark, Size more) {
    made_.values += more.values;
    made_.bytes += more.bytes;
    if (made_.values > limits_.values) stop(mark, "too many values");
    if (made_.bytes > 2 * limits_.bytes) stop(mark, "too much text");
  }

  void begin(Tree::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    check_tag(mark, tag);
    if (open_.size() >= limits_.depth) stop(mark, "nested too deeply");
    open_.push_back({at(kind, mark), anchor});
  }
  void end() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    add(std::move(closed.tree), closed.anchor);
  }

  // A finished value, or a key.
  void add(Tree tree, YAML::anchor_t anchor) {
    const YAML::Mark mark = mark_of(tree);
    count(mark, {1, tree.scalar.size()});
    if (anchor != YAML::NullAnchor) {
      const Size size = size_of(tree);
      count(mark, size);
      anchors_[anchor] = {tree, size, depth_of(tree)};
    }
    if (open_.empty()) {
      root_ = std::move(tree);
    } else if (Open& top = open_.back(); top.tree.kind == Tree::Kind::map && !top.has_key) {
      add_key(top, std::move(tree));
    } else {
      top.has_key = false;
      top.tree.items.push_back(std::move(tree));
    }
  }
  static YAML::Mark mark_of(const Tree& tree) {
    YAML::Mark mark;
    mark.line = tree.line - 1;
    mark.column = tree.column - 1;
    return mark;
  }
  void add_key(Open& map, Tree key) {
    const YAML::Mark mark = mark_of(key);
    if (!key.is_scalar()) stop(mark, "a key that is no text");
    if (key.scalar.size() > max_key_bytes) stop(mark, "a key that is too long");
    if (!map.keys.insert(key.scalar).second) stop(mark, "a key that was there before");
    map.tree.keys.push_back(std::move(key.scalar));
    map.has_key = true;
  }

  std::string_view file_;
  const FileLimits& limits_;
  Tree root_;
  bool done_ = false;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  Size made_;
  std::size_t aliases_ = 0;
};

// yaml-cpp keeps the tokens of a flow list or map, some 260 bytes each, until its line has ended:
// the events come too late for a limit.
void check_flow(std::string_view text, std::string_view file, const FileLimits& limits) {
  const auto is_flow = [](char c) { return c == '[' || c == '{' || c == ','; };
  const auto number = std::count_if(text.begin(), text.end(), is_flow);
  if (static_cast<std::size_t>(number) > 2 * limits.values) {
    refuse(file, 0, 0, "too many brackets and commas");
  }
}

}  // namespace

void refuse(std::string_view file, int line, int column, std::string_view why) {
  std::string what(file);
  if (line > 0) what += ":" + std::to_string(line) + ":" + std::to_string(column);
  raise(ErrorKind::invalid_data, what + ": " + std::string(why));
}

Tree read_yaml(std::string_view text, std::string_view file, const FileLimits& limits) {
  if (text.size() > limits.bytes) refuse(file, 0, 0, "larger than the limit");
  try {
    require_text(file, text);
  } catch (const InvalidArgument& e) {
    raise(ErrorKind::invalid_data, e.what());
  }
  check_flow(text, file, limits);
  Builder builder(file, limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    const bool known = !e.mark.is_null();
    refuse(file, known ? e.mark.line + 1 : 0, e.mark.column + 1, "not YAML");
  }
  return builder.take();
}

}  // namespace lockstep::workflow::detail
