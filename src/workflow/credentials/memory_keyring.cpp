// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/credentials/memory_keyring.hpp"

namespace lockstep::workflow {

class MemoryKeyring::Session final : public KeyringSession {
 public:
  Session(std::mutex& mutex, Items& items) : mutex_(mutex), items_(items) {}

  std::optional<Secret> find(const std::string& account) override {
    const std::lock_guard lock(mutex_);
    const auto it = items_.find(account);
    if (it == items_.end()) return std::nullopt;
    return Secret(it->second.view());
  }
  void store(const std::string& account, std::string_view value) override {
    const std::lock_guard lock(mutex_);
    items_[account] = Secret(value);
  }
  bool erase(const std::string& account) override {
    const std::lock_guard lock(mutex_);
    return items_.erase(account) != 0;
  }
  std::vector<std::string> accounts() override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    all.reserve(items_.size());
    for (const auto& [account, secret] : items_) all.push_back(account);
    return all;
  }

 private:
  std::mutex& mutex_;
  Items& items_;
};

std::unique_ptr<KeyringSession> MemoryKeyring::open(const std::string& service,
                                                    KeyringDeadline /*deadline*/) {
  const std::lock_guard lock(mutex_);
  return std::make_unique<Session>(mutex_, services_[service]);
}

}  // namespace lockstep::workflow
