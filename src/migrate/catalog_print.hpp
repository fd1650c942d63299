// SPDX-License-Identifier: BSL-1.0
// What the catalog says of what a statement can change, to find out whether it has.
#pragma once

#include <map>

#include "migrate/pinned.hpp"

namespace lockstep::detail {

// The ledger is not in it, nor what changes by itself: the next value of AUTO_INCREMENT.
class CatalogPrint {
 public:
  // Of the database that has the ledger, the current one, and those that the statement names. On
  // MySQL only what the statement names is in it, unless it is no definition itself. Not in a transaction that the connection has begun: what it asks may
  // fail.
  [[nodiscard]] static CatalogPrint take(Pinned& connection, const std::string& schema,
                                         std::string_view statement);

  // SHA-256 in 64 digits.
  [[nodiscard]] std::string digest() const;
  // "table d1 is gone, table d2 is new", the first few; empty if nothing is different.
  [[nodiscard]] std::string difference(const CatalogPrint& after) const;

 private:
  std::map<std::string, std::string> entries_;  // "table shop.d1", and what makes it up
};

}  // namespace lockstep::detail
