// SPDX-License-Identifier: BSL-1.0
// What the tool writes: data on stdout, everything else on stderr.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::cli {

enum class Style { plain, bold, dim, good, bad };

// The text in a style, where stdout is a terminal that takes colours; as it is otherwise, and
// under NO_COLOR or TERM=dumb.
[[nodiscard]] std::string styled(Style style, std::string_view text);

void print(std::string_view line);    // one line on stdout
void message(std::string_view line);  // one line on stderr

// Columns aligned, two blanks between; the first row is the head.
void print_table(const std::vector<std::vector<std::string>>& rows);

// Asks on the terminal; the answer is no unless it begins with y. False without a terminal. A
// signal meanwhile ends the program, also where an Interrupt waits for it.
[[nodiscard]] bool confirm(std::string_view question);

// What is typed when the name is asked for; empty without a terminal.
[[nodiscard]] std::string ask_for_name(std::string_view what, std::string_view name);

}  // namespace lockstep::cli
