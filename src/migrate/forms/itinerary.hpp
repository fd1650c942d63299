// SPDX-License-Identifier: BSL-1.0
// The strict form of Itinerary: NNN_name.sql from 001 on, without gaps, `-- +migrate Up` alone.
#pragma once

#include "migrate/forms/form.hpp"

namespace lockstep::detail {

[[nodiscard]] std::vector<Script> read_itinerary(const FormFolder& folder);

}  // namespace lockstep::detail
