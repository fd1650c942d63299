// SPDX-License-Identifier: BSL-1.0
// What the lint finds in the embedded migrations, and why it stays. Their files are applied already
// and must not change.
#include "lockstep/migration_lint.hpp"

namespace lockstep {
namespace {

constexpr std::string_view allowed = R"(
agent/0002_claims.up.sql index-not-concurrent it is one transaction with its ledger row
agent/0003_retention.up.sql index-not-concurrent it is one transaction with its ledger row
scheduler/0002_claims.up.sql index-not-concurrent it is one transaction with its ledger row
scheduler/0003_extension.up.sql index-not-concurrent it is one transaction with its ledger row
agent/0002_claims.up.sql alter-algorithm-unstated what is done in place depends on the server
agent/0003_retention.up.sql alter-algorithm-unstated what is done in place depends on the server
scheduler/0002_claims.up.sql alter-algorithm-unstated what is done in place depends on the server
scheduler/0003_extension.up.sql alter-algorithm-unstated what is done in place depends on the server
)";

}  // namespace

std::vector<LintAllowed> embedded_lint_allowed() { return read_lint_allowed(allowed); }

}  // namespace lockstep
