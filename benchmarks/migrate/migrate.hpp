// SPDX-License-Identifier: BSL-1.0
// The cases of ./bench migrate.
#pragma once

#include "benchmarks/support/store.hpp"

namespace lockstep::benchmarks {

// 700 small files on a SQLite file of this folder, by a Migrator and by SQLite's own interface.
void add_files(Suite& suite, const std::filesystem::path& data);

// Databases of tests, in memory: migrated, and copied from a template.
void add_clones(Suite& suite);

}  // namespace lockstep::benchmarks
