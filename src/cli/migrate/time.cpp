// SPDX-License-Identifier: BSL-1.0
#include "cli/migrate/time.hpp"

#include "lockstep/error.hpp"
#include "migrate/forms/settings.hpp"

namespace lockstep::cli {

std::chrono::milliseconds read_time(const std::string& option, const std::string& text) {
  if (const auto time = detail::read_time(text)) return *time;
  raise(ErrorKind::invalid_argument, option + ": " + std::string(detail::time_fault));
}

}  // namespace lockstep::cli
