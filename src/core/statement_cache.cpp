// SPDX-License-Identifier: BSL-1.0
#include "core/statement_cache.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::detail {

void StatementCache::report() noexcept {
  const auto add = [](std::atomic<std::uint64_t>& counter, std::uint64_t& counted) {
    if (counted != 0) counter.fetch_add(std::exchange(counted, 0), std::memory_order_relaxed);
  };
  add(counters_.hits, hits_);
  add(counters_.misses, misses_);
  add(counters_.evictions, evictions_);
}

Prepared* StatementCache::find_in_index(const StatementKey& key) noexcept {
  const auto it = index_.find(key);
  if (it == index_.end()) {
    ++misses_;
    return nullptr;
  }
  if (key.named) slot_of(key) = {key.text.data(), key.emulated, it->second};
  return use(it->second);
}

void StatementCache::unindex(const Entry& entry) noexcept {
  if (Slot& slot = slot_of(entry.key); slot.text == entry.key.text.data()) slot = {};
  index_.erase(entry.key);
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
  if (prepared.cached) unindex(*it);
  entries_.erase(it);
}

void StatementCache::clear() noexcept {
  report();
  slots_.fill({});
  index_.clear();
  entries_.clear();
}

void StatementCache::trim() noexcept {
  for (auto it = entries_.end(); index_.size() > capacity_ && it != entries_.begin();) {
    --it;
    const Prepared& prepared = *it->prepared;
    const bool used = prepared.busy || prepared.piped;
    if (used || !prepared.cached || it == entries_.begin()) continue;
    unindex(*it);
    it = entries_.erase(it);
    ++evictions_;
  }
}

}  // namespace lockstep::detail
