// SPDX-License-Identifier: BSL-1.0
// The template of what is embedded.
#pragma once

#include "lockstep/testing.hpp"

namespace lockstep::testing::detail {

// With the named domains and the domain lockstep; all of them if none is named. It never goes.
// InvalidArgument for a domain that is not there.
[[nodiscard]] const MigratedTemplate& embedded_template(const std::vector<std::string>& domains);

}  // namespace lockstep::testing::detail
