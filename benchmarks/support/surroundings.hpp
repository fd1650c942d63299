// SPDX-License-Identifier: BSL-1.0
// What the figures of a run depend on, beside the code.
#pragma once

#include "benchmarks/support/options.hpp"
#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

// The name of the file system that holds `path`. Throws std::system_error if it cannot be asked.
[[nodiscard]] std::string file_system_of(const std::filesystem::path& path);

// Throws std::runtime_error if `path` is in memory: what waits for a disk would cost nothing there.
void require_disk(const std::filesystem::path& path);

// How many threads wanted to run in the last minute, of all programs of the machine.
[[nodiscard]] double load();

// Date, command, processor, compiler, where the data is, and `more` of the suite in between.
[[nodiscard]] Facts surroundings(const Options& options, const Facts& more, double load_before);

}  // namespace lockstep::benchmarks
