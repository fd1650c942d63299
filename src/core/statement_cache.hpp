// SPDX-License-Identifier: BSL-1.0
// Prepared statements of one connection, the least recently used dropped first.
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <unordered_map>

#include "core/sql_lexer.hpp"
#include "lockstep/columns.hpp"
#include "lockstep/sql.hpp"

namespace lockstep::detail {

// What is told of an execution when it ends; kept only if somebody watches.
struct Execution {
  std::string_view name;
  SourceLocation at;
  std::chrono::nanoseconds wait{0};
  std::chrono::steady_clock::time_point began;
  std::chrono::steady_clock::time_point executed;
  std::uint64_t rows = 0;
  std::optional<ErrorKind> error = {};
};

// A statement of a connection, ready to execute.
struct Prepared {
  LexedSql lexed;
  std::unique_ptr<Statement> statement;
  bool emulated = false;  // RETURNING was cut
  bool cached = false;
  bool busy = false;      // a cursor reads it
  // The mapping for the shape that was read last; see Cursor::map.
  const Shape* shape = nullptr;
  std::uint32_t columns_version = 0;
  std::vector<std::uint16_t> map;
  std::vector<Value> bound;  // arguments in native order; kept to spare an allocation per call
  Execution seen;
};

// What identifies a statement: the address of a named statement's text, which lives as long as the
// program, or the text itself; and whether RETURNING was cut.
struct StatementKey {
  std::string_view text;
  bool named = false;
  bool emulated = false;
  friend bool operator==(const StatementKey& a, const StatementKey& b) noexcept {
    if (a.named != b.named || a.emulated != b.emulated) return false;
    return a.named ? a.text.data() == b.text.data() : a.text == b.text;
  }
};

struct StatementKeyHash {
  std::size_t operator()(const StatementKey& key) const noexcept {
    return key.named ? std::hash<const void*>()(key.text.data())
                     : std::hash<std::string_view>()(key.text);
  }
};

// Of all caches of a pool together.
struct CacheCounters {
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> misses{0};
  std::atomic<std::uint64_t> evictions{0};
};

// One thread at a time, as the connection that owns it.
class StatementCache {
 public:
  StatementCache(std::size_t capacity, CacheCounters& counters)
      : capacity_(capacity), counters_(counters) {}

  // The statement of a key, now the most recently used; null if it is not here or busy.
  [[nodiscard]] Prepared* find(const StatementKey& key) noexcept;
  // Keeps a statement, and drops the least recently used idle one if there are too many. If the key
  // is here already (busy), or the capacity is zero, it becomes a stray.
  Prepared& insert(const StatementKey& key, std::unique_ptr<Prepared> prepared);
  // Keeps a statement that nobody will look for: it ends with forget().
  Prepared& insert_stray(std::unique_ptr<Prepared> prepared);
  // Ends a statement: one that failed, is stale, or is a stray.
  void forget(const Prepared& prepared) noexcept;
  // Ends all statements.
  void clear() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

 private:
  struct Entry {
    std::string text;  // of an unnamed statement; its key views it
    StatementKey key;
    std::unique_ptr<Prepared> prepared;
  };
  using Entries = std::list<Entry>;
  void trim() noexcept;

  std::size_t capacity_;
  CacheCounters& counters_;
  Entries entries_;  // most recently used first; strays are not in the index
  std::unordered_map<StatementKey, Entries::iterator, StatementKeyHash> index_;
};

}  // namespace lockstep::detail
