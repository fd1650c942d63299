// SPDX-License-Identifier: BSL-1.0
// Prepared statements of one connection, the least recently used dropped first.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <unordered_map>

#include "core/bind.hpp"
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
  bool piped = false;     // a pipeline executes it, which forgets it at its end
  // The mapping for the shape that was read last; see map_columns.
  const Shape* shape = nullptr;
  std::uint32_t columns_version = 0;
  std::vector<std::uint16_t> map;
  ArgumentPlaces places;
  std::uint64_t last_rows = 0;  // that the last execution read
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

  // Adds what was counted since the last time to the counters.
  void report() noexcept;
  // The statement of a key, now the most recently used; null if it is not here or busy.
  [[nodiscard]] Prepared* find(const StatementKey& key) noexcept {
    if (!key.named) return find_in_index(key);
    const Slot& slot = slot_of(key);
    const bool known = slot.text == key.text.data() && slot.emulated == key.emulated;
    return known ? use(slot.at) : find_in_index(key);
  }
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
  // Where named statements were found last, by their address: most look-ups end here.
  struct Slot {
    const char* text = nullptr;  // of the key; null: nothing is known
    bool emulated = false;
    Entries::iterator at = {};
  };
  [[nodiscard]] Slot& slot_of(const StatementKey& key) noexcept {
    return slots_[(reinterpret_cast<std::uintptr_t>(key.text.data()) >> 4) % slots_.size()];
  }
  [[nodiscard]] Prepared* find_in_index(const StatementKey& key) noexcept;
  // Null if it is busy.
  Prepared* use(Entries::iterator at) noexcept {
    Prepared* const prepared = at->prepared.get();
    ++(prepared->busy ? misses_ : hits_);
    if (prepared->busy) return nullptr;
    if (at != entries_.begin()) entries_.splice(entries_.begin(), entries_, at);
    return prepared;
  }
  // What is about to be erased from the index.
  void unindex(const Entry& entry) noexcept;
  void trim() noexcept;

  std::size_t capacity_;
  CacheCounters& counters_;
  std::uint64_t hits_ = 0;  // since the last report
  std::uint64_t misses_ = 0;
  std::uint64_t evictions_ = 0;
  Entries entries_;  // most recently used first; strays are not in the index
  std::array<Slot, 32> slots_{};
  std::unordered_map<StatementKey, Entries::iterator, StatementKeyHash> index_;
};

}  // namespace lockstep::detail
