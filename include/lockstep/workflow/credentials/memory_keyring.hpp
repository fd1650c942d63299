// SPDX-License-Identifier: BSL-1.0
// Secrets in the memory of this process: for tests, and for who asks for it by name. Link
// lockstep::credentials.
#pragma once

#include <map>

#include "lockstep/workflow/credentials/keyring.hpp"

namespace lockstep::workflow {

// Gone with the object. Not encrypted, but wiped. Sessions must not outlive it.
class MemoryKeyring final : public Keyring {
 public:
  [[nodiscard]] std::unique_ptr<KeyringSession> open(const std::string& service,
                                                     KeyringDeadline deadline) override;
  [[nodiscard]] std::timed_mutex& writers() noexcept override { return writers_; }

 private:
  class Session;
  using Items = std::map<std::string, Secret>;  // by account

  std::mutex mutex_;
  std::map<std::string, Items> services_;
  std::timed_mutex writers_;
};

}  // namespace lockstep::workflow
