// SPDX-License-Identifier: BSL-1.0
// What was found out about targets, for ever or for a time: rows of `facts`. Shared rules:
// provisioning.hpp.
//
// A fact is expired from the instant expires_at on, by Executor::now(): get_fact and list_facts do
// not see it then, and delete_expired_facts removes it. Until that it still holds its key and id.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning {

// A target has one fact for a key of a namespace: the three together are its key.
struct Fact {
  std::string id;
  std::string target_id;
  std::string namespace_;  // the column `namespace`: "os.basic"
  std::string key;
  Json value;                                // an object or a scalar: "\"debian\"", "4"
  std::chrono::seconds ttl{0};               // how long it is good for; 0: for ever
  std::optional<Timestamp> expires_at = {};  // null: now + ttl, and never if ttl is 0
  std::optional<Timestamp> created_at = {};  // null: now
  std::optional<Timestamp> updated_at = {};  // set by the store to now

  friend bool operator==(const Fact&, const Fact&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Fact::id);
    column("target_id", &Fact::target_id);
    column("namespace", &Fact::namespace_);
    column("key", &Fact::key);
    column("value", &Fact::value);
    column("ttl", &Fact::ttl);
    column("expires_at", &Fact::expires_at);
    column("created_at", &Fact::created_at);
    column("updated_at", &Fact::updated_at);
  }
};

// Inserts `fact`, or, if its key has a row, expired or not, overwrites value, ttl and expires_at
// there; that row keeps its id and its created_at, whatever `fact` has. Returns the row, read after
// the write. InvalidArgument for a negative ttl, and for one that ends after the year 9999;
// Duplicate if the key has no row and the id is that of another fact, which stays as it is.
Fact upsert_fact(Executor& db, Fact fact);

// NotFound if there is none, or if it is expired.
[[nodiscard]] Fact get_fact(Executor& db, std::string_view target_id, std::string_view namespace_,
                            std::string_view key);

// Which facts: those that have all that is not null.
struct FactFilter {
  std::optional<std::string> target_id = {};
  std::optional<std::string> namespace_ = {};

  static constexpr void columns(auto&& column) {
    column("target_id", &FactFilter::target_id);
    column("namespace", &FactFilter::namespace_);
  }
};

// Those that are not expired, latest created_at first, ties by id downwards. An upsert does not
// move a fact in this order.
[[nodiscard]] std::vector<Fact> list_facts(Executor& db, const FactFilter& filter = {},
                                           std::optional<std::int64_t> limit = {},
                                           std::int64_t offset = 0);

// Removes the expired facts and returns how many they were.
std::uint64_t delete_expired_facts(Executor& db);

// By the id of the row, as stored, expired or not. NotFound if there is none.
void delete_fact(Executor& db, std::string_view id);

}  // namespace lockstep::provisioning
