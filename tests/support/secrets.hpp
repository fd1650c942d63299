// SPDX-License-Identifier: BSL-1.0
// Secrets that tests plant, and the watch that finds them where they must not be: in what() of any
// lockstep::Error that the program throws, and in what the library warns of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::tests {

// A value to bind, insert or write into a text where an error will follow.
inline constexpr std::string_view secret_value = "secret-value";

// What is wrong with a text that people will read: it holds a planted value or a password, or has
// more than 1 KiB. Without the secret itself; empty: nothing.
[[nodiscard]] std::string indiscretion(std::string_view text);

// Notes indiscretion(text), which then fails the program at its end.
void look_for_secrets(std::string_view where, std::string_view text);

// What was found, and how many texts were looked at.
[[nodiscard]] std::vector<std::string> found_secrets();
[[nodiscard]] std::size_t texts_looked_at();

}  // namespace lockstep::tests
