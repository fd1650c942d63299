// SPDX-License-Identifier: BSL-1.0
#include "core/statement_cache.hpp"

#include <algorithm>

namespace lockstep::detail {

Prepared* StatementCache::find(const StatementKey& key) noexcept {
  const auto it = index_.find(key);
  const bool found = it != index_.end() && !it->second->prepared->busy;
  (found ? counters_.hits : counters_.misses).fetch_add(1, std::memory_order_relaxed);
  if (!found) return nullptr;
  if (it->second != entries_.begin()) entries_.splice(entries_.begin(), entries_, it->second);
  return it->second->prepared.get();
}

Prepared& StatementCache::insert(const StatementKey& key, std::unique_ptr<Prepared> prepared) {
  Prepared& kept = insert_stray(std::move(prepared));
  Entry& entry = entries_.front();
  entry.key = key;
  if (!key.named) {
    entry.text = key.text;
    entry.key.text = entry.text;
  }
  kept.cached = capacity_ > 0 && index_.try_emplace(entry.key, entries_.begin()).second;
  if (kept.cached) trim();
  return kept;
}

Prepared& StatementCache::insert_stray(std::unique_ptr<Prepared> prepared) {
  entries_.emplace_front();
  entries_.front().prepared = std::move(prepared);
  return *entries_.front().prepared;
}

void StatementCache::forget(const Prepared& prepared) noexcept {
  const auto it = std::find_if(entries_.begin(), entries_.end(), [&prepared](const Entry& entry) {
    return entry.prepared.get() == &prepared;
  });
  if (it == entries_.end()) return;
  if (prepared.cached) index_.erase(it->key);
  entries_.erase(it);
}

void StatementCache::clear() noexcept {
  index_.clear();
  entries_.clear();
}

void StatementCache::trim() noexcept {
  for (auto it = entries_.end(); index_.size() > capacity_ && it != entries_.begin();) {
    --it;
    if (it->prepared->busy || !it->prepared->cached || it == entries_.begin()) continue;
    index_.erase(it->key);
    it = entries_.erase(it);
    counters_.evictions.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace lockstep::detail
