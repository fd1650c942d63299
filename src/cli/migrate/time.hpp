// SPDX-License-Identifier: BSL-1.0
// Times on the command line of `lockstep migrate`, written as in the directives of files.
#pragma once

#include <chrono>
#include <string>

namespace lockstep::cli {

// "500ms", "10s", "5min", "2h", "0". InvalidArgument, naming the option.
[[nodiscard]] std::chrono::milliseconds read_time(const std::string& option,
                                                  const std::string& text);

}  // namespace lockstep::cli
