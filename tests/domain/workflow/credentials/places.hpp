// SPDX-License-Identifier: BSL-1.0
// The places that keep credentials, for tests that are written once for all of them.
#pragma once

#include <doctest/doctest.h>

#include <atomic>

#include "lockstep/error.hpp"
#include "lockstep/workflow/credentials/credential_store.hpp"
#include "lockstep/workflow/credentials/memory_keyring.hpp"
#include "lockstep/workflow/credentials/secret_service.hpp"
#include "support/secrets.hpp"

namespace lockstep::tests {

using namespace lockstep::workflow;
using namespace std::chrono_literals;

inline constexpr Timestamp noon = std::chrono::sys_days(std::chrono::year(2024) / 5 / 1) + 12h;

// Of calls that are to be answered, however busy the machine is.
inline constexpr std::chrono::milliseconds patience = 60s;

// The items of a service that no other test uses, by each way to reach them.
template <class Keyring>
struct Place {
  std::shared_ptr<Keyring> keyring = std::make_shared<Keyring>();
  std::string service = "test-" + std::to_string(++used);
  Timestamp now = noon;

  [[nodiscard]] CredentialStoreOptions options() {
    return {.service = service, .timeout = patience, .clock = [this] { return now; }};
  }
  [[nodiscard]] CredentialStore store() { return CredentialStore(keyring, options()); }
  [[nodiscard]] std::unique_ptr<KeyringSession> items() {
    return keyring->open(service, std::chrono::steady_clock::now() + patience);
  }
  [[nodiscard]] std::optional<std::string> item(const std::string& account) {
    const auto found = items()->find(account);
    if (!found) return std::nullopt;
    return std::string(found->view());
  }

  static inline std::atomic<int> used = 0;
};

#define LOCKSTEP_FOR_ALL_PLACES(name) \
  TEST_CASE_TEMPLATE(name, Keyring, MemoryKeyring, SecretServiceKeyring)

using Keys = std::vector<std::string>;

// The error that f raises, which is to be of that kind.
template <class F>
ErrorInfo error_of(ErrorKind kind, F&& f) {
  try {
    f();
  } catch (const Error& e) {
    CHECK_MESSAGE(e.kind() == kind, e.what());
    ErrorInfo info = e.info();
    info.what = e.what();
    return info;
  }
  FAIL("no error");
  return {};
}

// A keyring that stops answering when a test says so.
class FailingKeyring final : public Keyring {
 public:
  explicit FailingKeyring(std::shared_ptr<Keyring> inner) : inner_(std::move(inner)) {}

  // From now on no account that begins so is written; empty: every one is.
  void fail(std::string account) { failing_ = std::move(account); }

  std::unique_ptr<KeyringSession> open(const std::string& service,
                                       KeyringDeadline deadline) override {
    return std::make_unique<Session>(*this, inner_->open(service, deadline));
  }
  std::timed_mutex& writers() noexcept override { return inner_->writers(); }

 private:
  class Session final : public KeyringSession {
   public:
    Session(const FailingKeyring& keyring, std::unique_ptr<KeyringSession> inner)
        : keyring_(keyring), inner_(std::move(inner)) {}
    std::optional<Secret> find(const std::string& account) override {
      return inner_->find(account);
    }
    void store(const std::string& account, std::string_view value) override {
      check(account);
      inner_->store(account, value);
    }
    bool erase(const std::string& account) override {
      check(account);
      return inner_->erase(account);
    }
    std::vector<std::string> accounts() override { return inner_->accounts(); }

   private:
    void check(const std::string& account) const {
      if (keyring_.failing_.empty() || !account.starts_with(keyring_.failing_)) return;
      raise(ErrorKind::unavailable, "keyring: no answer");
    }
    const FailingKeyring& keyring_;
    std::unique_ptr<KeyringSession> inner_;
  };

  std::shared_ptr<Keyring> inner_;
  std::string failing_;
};

}  // namespace lockstep::tests
