// SPDX-License-Identifier: BSL-1.0
// TableLock: a lock of migrators that no session holds, but a row: behind a pooler, and on clusters
// without locks of sessions.
#pragma once

#include "lockstep/migration_lock.hpp"
#include "migrate/ledger.hpp"

namespace lockstep::detail {

// The table lockstep_migration_lease is there for as long as somebody has the lock. Its row has a
// random token; it expires by the server's clock, a minute after it was renewed. Whoever finds it
// expired puts a token of his own there, and the former holder finds nothing to renew.
class TableLock {
 public:
  TableLock(Pinned& connection, const Ledger& ledger);

  // False if another has it.
  [[nodiscard]] bool try_take();
  // False if it is not held any more.
  [[nodiscard]] bool renew();
  // Drops the table if it is held.
  void release() noexcept;

  // The table, with its schema, for the text of a statement.
  [[nodiscard]] std::string table() const { return render("{lease}"); }
  [[nodiscard]] std::optional<LockHolder> holder();
  // Whoever has it; false if nobody has.
  [[nodiscard]] bool take_away();

 private:
  void create();
  [[nodiscard]] bool take();
  [[nodiscard]] std::string render(std::string_view text) const;

  Pinned& connection_;
  const Ledger& ledger_;
  std::string token_;
};

}  // namespace lockstep::detail
