// SPDX-License-Identifier: BSL-1.0
// What a credential store asks of the place where secrets are kept: items, each under a service
// and an account. Implement it for another place; tests/domain/workflow/credentials checks the two
// that there are, memory_keyring.hpp and secret_service.hpp.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/workflow/credentials/secret.hpp"

namespace lockstep::workflow {

using KeyringDeadline = std::chrono::steady_clock::time_point;

// The items of one service. Each call ends by the deadline under which the session was opened.
// Unavailable if the place does not answer by then or is locked, PermissionDenied if it refuses.
// One thread at a time.
class KeyringSession {
 public:
  virtual ~KeyringSession() = default;

  // Nullopt if there is no such item.
  [[nodiscard]] virtual std::optional<Secret> find(const std::string& account) = 0;
  // Makes the item or overwrites it; afterwards there is one of that account.
  virtual void store(const std::string& account, std::string_view value) = 0;
  // False if there was no such item.
  virtual bool erase(const std::string& account) = 0;
  // Of all items, each once, sorted.
  [[nodiscard]] virtual std::vector<std::string> accounts() = 0;
};

// Thread rule: share it between threads.
class Keyring {
 public:
  virtual ~Keyring() = default;

  // Never asks the user for anything: what is locked and does not open by itself is Unavailable.
  [[nodiscard]] virtual std::unique_ptr<KeyringSession> open(const std::string& service,
                                                             KeyringDeadline deadline) = 0;

  // Held by who changes several items that belong together. The same for all keyrings of this
  // process that lead to the same place.
  [[nodiscard]] virtual std::timed_mutex& writers() noexcept = 0;
};

}  // namespace lockstep::workflow
