// SPDX-License-Identifier: BSL-1.0
// A folder for the files of one test.
#pragma once

#include "rows.hpp"
#include "support/folder.hpp"
