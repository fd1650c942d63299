// SPDX-License-Identifier: BSL-1.0
// Which kinds of error do not come from an engine's codes, and why. Data of docs/errors.md.
#pragma once

#include <algorithm>
#include <array>

#include "lockstep/dialect.hpp"

namespace lockstep::tests {

// Kinds that lockstep raises itself, whatever the engine.
inline constexpr std::array raised_by_lockstep{
    ErrorKind::not_found,        ErrorKind::too_many_rows,    ErrorKind::transaction_aborted,
    ErrorKind::acquire_timeout,  ErrorKind::closed,           ErrorKind::invalid_argument,
    ErrorKind::invalid_state,    ErrorKind::logic_error,      ErrorKind::unsupported,
    ErrorKind::configuration,    ErrorKind::mapping_error,    ErrorKind::invalid_data,
    ErrorKind::corrupt_data,     ErrorKind::index_stale,      ErrorKind::unavailable,
    ErrorKind::migration_failed, ErrorKind::migration_locked, ErrorKind::unknown};

struct Reason {
  ErrorKind kind;
  Engine engine;
  std::string_view why;
};

// Kinds without codes: they do not occur there.
inline constexpr std::array does_not_occur{
    Reason{ErrorKind::deadlock, Engine::sqlite,
           "one transaction writes at a time; another waits for it, and is `Busy` in the end"},
    Reason{ErrorKind::connection_lost, Engine::sqlite, "there is no server, and no link to it"},
    Reason{ErrorKind::commit_unknown, Engine::sqlite,
           "there is no link that could break at COMMIT"},
    Reason{ErrorKind::division_by_zero, Engine::sqlite, "the result is NULL"},
    Reason{ErrorKind::cardinality, Engine::sqlite,
           "a scalar subquery of several rows is the first of them"},
    Reason{ErrorKind::cannot_open, Engine::postgres,
           "a server opens its own files; a database that is not there is `UndefinedObject`"},
    Reason{ErrorKind::cannot_open, Engine::mysql,
           "a server opens its own files; a database that is not there is `UndefinedObject`"},
    Reason{ErrorKind::too_many_connections, Engine::sqlite,
           "there is no server that would count them"},
    Reason{ErrorKind::type_mismatch, Engine::mysql,
           "every type is converted to every other; a text that is no number is `InvalidText`"},
};

// Kinds with codes that no test provokes, since a client cannot do so.
inline constexpr std::array not_provoked{
    Reason{ErrorKind::serialization, Engine::sqlite,
           "a transaction that may write has the write lock from its begin"},
    Reason{ErrorKind::unauthenticated, Engine::sqlite,
           "there are no accounts; 23 is what an authorizer refuses, and that of lockstep refuses "
           "nothing"},
    Reason{ErrorKind::permission_denied, Engine::sqlite,
           "there are no accounts; what a file's mode forbids is `ReadOnly` or `CannotOpen`"},
    Reason{ErrorKind::disk_full, Engine::postgres,
           "the only limit of a table is the disk of the server"},
    Reason{ErrorKind::corrupt, Engine::mysql, "files of the server would have to be damaged"},
    Reason{ErrorKind::io_error, Engine::postgres, "the disk of the server would have to fail"},
    Reason{ErrorKind::io_error, Engine::mysql, "the disk of the server would have to fail"},
    Reason{ErrorKind::stale_plan, Engine::sqlite,
           "SQLite prepares a statement again by itself when the schema has changed"},
};

template <class Reasons>
[[nodiscard]] bool is_listed(const Reasons& reasons, ErrorKind kind, Engine engine) {
  return std::any_of(reasons.begin(), reasons.end(), [&](const Reason& reason) {
    return reason.kind == kind && reason.engine == engine;
  });
}

}  // namespace lockstep::tests
