// SPDX-License-Identifier: BSL-1.0
#include "core/pool.hpp"
#include "lockstep/soci.hpp"

namespace lockstep::detail {
namespace {

constexpr Sql soci_sql{"soci", ""};

}  // namespace

SociDoor::SociDoor(Transaction& tx, SourceLocation at) : at_(at) {
  tx.require_usable(soci_sql.name(), at);
  tx.lease_->require_free(Query(soci_sql, at));
  lease_ = Lease(*tx.lease_);
  session_ = static_cast<::soci::session*>(lease_->session().soci());
}

SociDoor::SociDoor(Database& db, SourceLocation at)
    : lease_(db.pool().acquire(Purpose::stream, {}, at)),
      at_(at),
      session_(static_cast<::soci::session*>(lease_->session().soci())) {}

void SociDoor::fail(const ::soci::soci_error& error) {
  lease_->fail_soci(error, Query(soci_sql, at_));
}

void SociDoor::close() { lease_->require_transaction(Query(soci_sql, at_)); }

}  // namespace lockstep::detail
