// SPDX-License-Identifier: BSL-1.0
// What is promised of SQLite, and the processes that it is tried with.
#pragma once

#include "chaos/promise.hpp"

namespace lockstep::chaos {

// SIGKILL of a process that writes: what it was told to be committed is there, and nothing is half.
std::vector<Verdict> sqlite_killed_writer(const Scale& scale);
int sqlite_writer(std::span<const std::string> arguments);  // URL, number of the first order

// Eight processes that write one database: no errors, and nobody starves.
std::vector<Verdict> sqlite_many_writers(const Scale& scale);
int sqlite_counter(std::span<const std::string> arguments);  // URL, name, begin and end in ns

// A disk that is full: DiskFull, and everything works again once there is space.
std::vector<Verdict> sqlite_full_disk(const Scale& scale);
int sqlite_filler(std::span<const std::string> arguments);  // folder, rounds

// Files of mutated bytes: they are refused, or read, but never crash the process or stop it.
std::vector<Verdict> sqlite_corrupt_bytes(const Scale& scale);
int sqlite_reader(std::span<const std::string> arguments);  // folder, files, seed

}  // namespace lockstep::chaos
