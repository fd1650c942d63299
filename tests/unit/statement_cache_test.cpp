// SPDX-License-Identifier: BSL-1.0
#include "core/statement_cache.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace lockstep::detail {
namespace {

// Two texts that are equal and stand at different addresses.
constexpr char first_copy[] = "SELECT 1";
constexpr char second_copy[] = "SELECT 1";

// A statement that only remembers that it ended.
class Ending final : public Statement {
 public:
  explicit Ending(int& ended) : ended_(ended) {}
  ~Ending() override { ++ended_; }
  void execute(std::span<const Value>, Fetch) override {}
  bool next() override { return false; }
  void reset() noexcept override {}
  [[nodiscard]] std::uint64_t rows_affected() const noexcept override { return 0; }

 private:
  int& ended_;
};

StatementKey text_key(std::string_view text) { return {text, false, false}; }

struct Fixture {
  int ended = 0;
  CacheCounters counters;
  StatementCache cache;

  explicit Fixture(std::size_t capacity) : cache(capacity, counters) {}

  std::unique_ptr<Prepared> prepared() {
    auto made = std::make_unique<Prepared>();
    made->statement = std::make_unique<Ending>(ended);
    return made;
  }
  Prepared& insert(std::string_view text) { return cache.insert(text_key(text), prepared()); }
  bool has(std::string_view text) { return cache.find(text_key(text)) != nullptr; }
};

}  // namespace

TEST_CASE("statement cache: finds what was kept") {
  Fixture f(2);
  CHECK(!f.has("a"));
  Prepared& a = f.insert("a");
  CHECK(a.cached);
  CHECK(f.cache.find(text_key("a")) == &a);
  CHECK(!f.has("A"));
  CHECK(f.cache.size() == 1);
}

TEST_CASE("statement cache: drops the statement that was used least recently") {
  Fixture f(2);
  f.insert("a");
  f.insert("b");
  CHECK(f.has("a"));  // now b is the oldest
  f.insert("c");
  CHECK(f.ended == 1);
  CHECK(!f.has("b"));
  CHECK(f.has("a"));
  CHECK(f.has("c"));
  f.insert("d");
  CHECK(!f.has("a"));
  CHECK(f.has("c"));
  CHECK(f.has("d"));
  CHECK(f.cache.size() == 2);
  CHECK(f.ended == 2);
}

TEST_CASE("statement cache: capacity zero keeps strays only") {
  Fixture f(0);
  Prepared& a = f.insert("a");
  CHECK(!a.cached);
  CHECK(!f.has("a"));
  CHECK(f.cache.size() == 0);
  CHECK(f.ended == 0);
  f.cache.forget(a);
  CHECK(f.ended == 1);
}

TEST_CASE("statement cache: capacity one keeps the newest") {
  Fixture f(1);
  f.insert("a");
  Prepared& b = f.insert("b");
  CHECK(f.ended == 1);
  CHECK(f.cache.find(text_key("b")) == &b);
  CHECK(!f.has("a"));
}

TEST_CASE("statement cache: a busy statement is not found and not dropped") {
  Fixture f(2);
  Prepared& a = f.insert("a");
  a.busy = true;
  CHECK(!f.has("a"));
  f.insert("b");
  f.insert("c");
  CHECK(f.ended == 1);  // b, though a is older
  CHECK(!f.has("b"));
  CHECK(f.has("c"));
  a.busy = false;
  CHECK(f.has("a"));
}

TEST_CASE("statement cache: may exceed its capacity while all are busy") {
  Fixture f(2);
  for (const std::string_view text : {"a", "b", "c"}) f.insert(text).busy = true;
  CHECK(f.ended == 0);
  CHECK(f.cache.size() == 3);
  f.cache.clear();
  CHECK(f.ended == 3);
  CHECK(f.cache.size() == 0);
}

TEST_CASE("statement cache: a text that is busy is kept a second time as a stray") {
  Fixture f(2);
  Prepared& a = f.insert("a");
  a.busy = true;
  Prepared& again = f.insert("a");
  CHECK(!again.cached);
  CHECK(f.cache.size() == 1);
  f.cache.forget(again);
  CHECK(f.ended == 1);
  a.busy = false;
  CHECK(f.cache.find(text_key("a")) == &a);
}

TEST_CASE("statement cache: strays are never found and never dropped for room") {
  Fixture f(1);
  Prepared& stray = f.cache.insert_stray(f.prepared());
  CHECK(!stray.cached);
  f.insert("a");
  f.insert("b");
  CHECK(f.ended == 1);
  CHECK(f.cache.size() == 1);
  f.cache.forget(stray);
  CHECK(f.ended == 2);
  CHECK(f.has("b"));
}

TEST_CASE("statement cache: forget ends one statement and leaves the others") {
  Fixture f(3);
  Prepared& a = f.insert("a");
  f.insert("b");
  f.cache.forget(a);
  CHECK(f.ended == 1);
  CHECK(!f.has("a"));
  CHECK(f.has("b"));
  CHECK(f.cache.size() == 1);
  CHECK(f.insert("a").cached);
  const Prepared unknown{};
  f.cache.forget(unknown);
  CHECK(f.ended == 1);
}

TEST_CASE("statement cache: a named statement is its address, a text is its characters") {
  Fixture f(4);
  REQUIRE(static_cast<const void*>(first_copy) != static_cast<const void*>(second_copy));
  Prepared& named = f.cache.insert({first_copy, true, false}, f.prepared());
  CHECK(f.cache.find({first_copy, true, false}) == &named);
  CHECK(f.cache.find({second_copy, true, false}) == nullptr);
  CHECK(f.cache.find({first_copy, false, false}) == nullptr);
  Prepared& text = f.cache.insert({first_copy, false, false}, f.prepared());
  CHECK(f.cache.find({second_copy, false, false}) == &text);
  CHECK(f.cache.find({first_copy, true, false}) == &named);
  CHECK(f.cache.size() == 2);
}

TEST_CASE("statement cache: a named statement that was found and then ended is not found again") {
  Fixture f(40);
  const std::string texts(1000, 'x');
  std::vector<StatementKey> keys;  // many more than there are places for what was found last
  for (std::size_t i = 0; i < 40; ++i) {
    keys.push_back({std::string_view(texts).substr(16 * i, 8), true, false});
    Prepared& kept = f.cache.insert(keys.back(), f.prepared());
    CHECK(f.cache.find(keys.back()) == &kept);
  }
  for (const StatementKey& key : keys) {
    Prepared* const kept = f.cache.find(key);
    REQUIRE(kept != nullptr);
    CHECK(f.cache.find(key) == kept);
    f.cache.forget(*kept);
    CHECK(f.cache.find(key) == nullptr);
  }
  Prepared& again = f.cache.insert(keys.front(), f.prepared());
  CHECK(f.cache.find(keys.front()) == &again);
  f.cache.clear();
  CHECK(f.cache.find(keys.front()) == nullptr);
}

TEST_CASE("statement cache: a statement that a pipeline executes is found, and not dropped") {
  Fixture f(1);
  Prepared& piped = f.insert("a");
  piped.piped = true;
  f.insert("b");
  CHECK(f.has("a"));
  piped.piped = false;
  f.insert("c");
  CHECK(!f.has("a"));
  CHECK(f.ended == 2);
}

TEST_CASE("statement cache: a text need not outlive the call that keeps it") {
  Fixture f(8);
  for (const std::string& text : {std::string("short"), std::string(200, 'x')}) {
    auto gone = std::make_unique<std::string>(text);
    f.insert(*gone);
    gone.reset();
    CHECK(f.has(text));
  }
}

TEST_CASE("statement cache: the text without RETURNING is another statement") {
  Fixture f(4);
  Prepared& whole = f.cache.insert({"INSERT", false, false}, f.prepared());
  CHECK(f.cache.find({"INSERT", false, true}) == nullptr);
  Prepared& cut = f.cache.insert({"INSERT", false, true}, f.prepared());
  CHECK(cut.cached);
  CHECK(f.cache.find({"INSERT", false, false}) == &whole);
  CHECK(f.cache.find({"INSERT", false, true}) == &cut);
  f.cache.forget(cut);
  CHECK(f.cache.find({"INSERT", false, false}) == &whole);
  CHECK(f.cache.find({"INSERT", false, true}) == nullptr);
}

TEST_CASE("statement cache: behaves as a list of most recently used texts") {
  constexpr std::uint32_t seed = 8;
  constexpr std::size_t capacity = 4;
  CAPTURE(seed);
  std::mt19937 random(seed);
  Fixture f(capacity);
  std::vector<std::string> model;  // most recently used first
  for (int round = 0; round < 20000; ++round) {
    const std::string text(1, static_cast<char>('a' + random() % 9));
    const auto known = std::find(model.begin(), model.end(), text);
    Prepared* found = f.cache.find(text_key(text));
    REQUIRE((found != nullptr) == (known != model.end()));
    if (known != model.end()) model.erase(known);
    if (found != nullptr && random() % 5 == 0) {
      f.cache.forget(*found);
      continue;
    }
    if (found == nullptr) f.insert(text);
    model.insert(model.begin(), text);
    if (model.size() > capacity) model.pop_back();
    REQUIRE(f.cache.size() == model.size());
  }
}

}  // namespace lockstep::detail
