// SPDX-License-Identifier: BSL-1.0
// How long the disk takes, by itself: what commits wait for.
#pragma once

#include <filesystem>

#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

// 16 KiB are written to a file of this folder and flushed, over what is there and at its end.
void add_disk(Suite& suite, const std::filesystem::path& data);

}  // namespace lockstep::benchmarks
