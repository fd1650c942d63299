// SPDX-License-Identifier: BSL-1.0
// What a migrator cannot be faster than, on SQLite.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace lockstep::benchmarks {

// Makes the database and runs each text in a transaction of its own, BEGIN IMMEDIATE to COMMIT, by
// prepare and step: in WAL mode with synchronous=FULL, as lockstep. Throws std::runtime_error.
void run_texts(const std::filesystem::path& database, std::span<const std::string> texts);

}  // namespace lockstep::benchmarks
