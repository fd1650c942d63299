// SPDX-License-Identifier: BSL-1.0
// How the files of an applied migration stand to what the ledger has kept of them.
#pragma once

#include "migrate/ledger.hpp"

namespace lockstep::detail {

struct Task;

enum class TextChange : std::uint8_t { none, layout, meaning };

// A row without a checksum was adopted without its file: every text is the one. One without that of
// the meaning is of an older layout: every other text has another meaning.
[[nodiscard]] TextChange compare_text(const LedgerRow& row, const Migration& migration,
                                      Engine engine);

[[nodiscard]] bool same_down(const std::optional<std::string>& a,
                             const std::optional<std::string>& b);

// Whether the down is the one that the ledger has kept, which has none of code.
[[nodiscard]] bool fits_down(const Migration& migration, const std::optional<std::string>& stored);

// "0002_b.up.sql was changed after it was applied"
[[nodiscard]] std::string describe_change(const Migration& migration);

// What the ledger keeps of the files.
[[nodiscard]] LedgerEntry make_entry(const Migration& migration, Engine engine);
// The same for a task; empty for one that goes down.
[[nodiscard]] LedgerEntry make_entry(const Task& task, Engine engine);

}  // namespace lockstep::detail
