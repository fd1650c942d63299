// SPDX-License-Identifier: BSL-1.0
// Secrets in the user's keyring on Linux: the Secret Service of GNOME Keyring, KWallet or
// KeePassXC, by D-Bus. Link lockstep::secret_service.
//
// Items are those of go-keyring, which reads and writes them as well: in the collection "login", or
// the default one where there is no such; attributes `service` and `username`; the label "Password
// for '<account>' on '<service>'".
#pragma once

#include "lockstep/workflow/credentials/keyring.hpp"

namespace lockstep::workflow {

struct SecretServiceOptions {
  // D-Bus address of the bus; empty: the session bus, as GLib finds it in the environment.
  std::string bus_address = {};
};

// Each session is a connection to the bus of its own, over which secrets travel encrypted. Nothing
// is ever stored elsewhere: without a bus, without a provider, and if the collection does not open
// without a prompt, open() is Unavailable. No prompt is shown.
class SecretServiceKeyring final : public Keyring {
 public:
  explicit SecretServiceKeyring(SecretServiceOptions options = {});

  [[nodiscard]] std::unique_ptr<KeyringSession> open(const std::string& service,
                                                     KeyringDeadline deadline) override;
  [[nodiscard]] std::timed_mutex& writers() noexcept override;  // one for the process

 private:
  SecretServiceOptions options_;
};

}  // namespace lockstep::workflow
