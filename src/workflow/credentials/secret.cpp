// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/credentials/secret.hpp"

#include <cstring>
#include <utility>

namespace lockstep::workflow {

void wipe(std::span<char> bytes) noexcept {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

Secret& Secret::operator=(Secret&& other) noexcept {
  wipe(bytes_);
  bytes_ = std::exchange(other.bytes_, {});
  return *this;
}

}  // namespace lockstep::workflow
