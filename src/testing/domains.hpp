// SPDX-License-Identifier: BSL-1.0
// What the fixtures know of each domain.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/database.hpp"

namespace lockstep::testing::detail {

struct Table {
  std::string_view name;
  std::string_view identity = {};  // the column that counts by itself; empty: none
  bool one_row = false;            // it never has more
};

struct Domain {
  std::string_view name;
  std::span<const Table> tables;  // children first
  void (*seed)(Executor& db);     // null: there is nothing to insert
  // Puts back the rows that the migrations have brought; null: they bring none.
  void (*refill)(Executor& db) = nullptr;
};

[[nodiscard]] std::span<const Domain> all_domains() noexcept;

// The named ones and lockstep's own, which every database has; all if none is named.
// InvalidArgument for a name that is not there.
[[nodiscard]] std::vector<const Domain*> find_domains(const std::vector<std::string>& names);

// Lets the next row of an empty table have the identity 1. Not inside a transaction.
void restart_identity(Database& db, const Table& table);

}  // namespace lockstep::testing::detail
