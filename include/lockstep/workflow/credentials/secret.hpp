// SPDX-License-Identifier: BSL-1.0
// A text that nobody else is to read. Link lockstep::credentials.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace lockstep::workflow {

// Overwrites the bytes; the compiler does not leave it out.
void wipe(std::span<char> bytes) noexcept;

// Owns the only copy of its bytes and wipes them when it gives them up. Moved from, it is empty.
class Secret {
 public:
  Secret() noexcept = default;
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  // Valid as long as the secret. A copy of it is the caller's to wipe.
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

}  // namespace lockstep::workflow
