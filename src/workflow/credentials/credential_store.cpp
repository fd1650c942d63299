// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/credentials/credential_store.hpp"

#include "companions.hpp"
#include "lockstep/detail/json_text.hpp"
#include "lockstep/error.hpp"

namespace lockstep::workflow {
namespace {

using std::chrono::steady_clock;

std::string joined(std::string_view prefix, std::string_view key) {
  std::string account(prefix);
  return account += key;
}

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  raise(ErrorKind::invalid_argument, joined(what, ": ") += why);
}

// The key as the account of its item.
std::string account_of(std::string_view key) {
  if (key.empty()) refuse("key", "empty");
  require_text("key", key);
  if (detail::is_reserved(key)) refuse("key", "reserved");
  return std::string(key);
}

void check_value(std::string_view value) {
  if (value.size() > max_credential_bytes) refuse("value", "longer than 1 MiB");
  require_text("value", value);
}

void check_expires(const std::optional<Timestamp>& expires) {
  if (expires) require_timestamp("expires", *expires);
}

std::string service_of(const CredentialStoreOptions& options) {
  for (const auto& [what, text] : {std::pair("service", std::string_view(options.service)),
                                   std::pair("tenant", std::string_view(options.tenant))}) {
    require_text(what, text);
    if (text.find('/') != text.npos) refuse(what, "has a '/'");
  }
  if (options.service.empty()) refuse("service", "empty");
  return options.tenant.empty() ? options.service : options.tenant + "/" + options.service;
}

// What it holds comes from others as well.
const Secret& checked(const Secret& value) {
  try {
    require_text("value", value.view());
  } catch (const InvalidArgument& e) {
    raise(ErrorKind::corrupt_data, joined("credential: ", e.what()));
  }
  return value;
}

Secret require(KeyringSession& items, const std::string& account) {
  std::optional<Secret> found = items.find(account);
  if (!found) raise(ErrorKind::not_found, "credential: not found");
  return *std::move(found);
}

Secret require_previous(KeyringSession& items, const std::string& key) {
  auto previous = detail::find_previous(items, key, require(items, key));
  if (!previous) raise(ErrorKind::invalid_state, "credential: no rotation is pending");
  return *std::move(previous);
}

// What is to follow once `done` is: an error in it does not undo that.
template <class F>
void follow_up(std::string_view done, F&& body) {
  try {
    body();
  } catch (const Error& e) {
    ErrorInfo info;
    info.kind = ErrorKind::index_stale;
    info.what = joined("credential: ", done) + ", but not what belongs to it: " + e.what();
    info.server_message = e.server_message();
    raise(std::move(info));
  }
}

}  // namespace

CredentialStore::CredentialStore(std::shared_ptr<Keyring> keyring, CredentialStoreOptions options)
    : keyring_(std::move(keyring)),
      service_(service_of(options)),
      timeout_(options.timeout),
      clock_(std::move(options.clock)) {
  if (!keyring_) refuse("keyring", "null");
  if (timeout_ <= timeout_.zero() || timeout_ > std::chrono::hours(24)) {
    refuse("timeout", "not within a day");
  }
}

template <class F>
decltype(auto) CredentialStore::read(F&& body) const {
  return body(*keyring_->open(service_, steady_clock::now() + timeout_));
}

template <class F>
decltype(auto) CredentialStore::write(F&& body) const {
  const KeyringDeadline deadline = steady_clock::now() + timeout_;
  const std::unique_lock lock(keyring_->writers(), deadline);
  if (!lock) raise(ErrorKind::unavailable, "keyring: others of this process still write to it");
  return body(*keyring_->open(service_, deadline));
}

Timestamp CredentialStore::now() const {
  if (clock_) return clock_();
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void CredentialStore::available() const {
  read([](KeyringSession&) {});
}

void CredentialStore::set(std::string_view key, std::string_view value,
                          std::optional<Timestamp> expires) {
  const std::string account = account_of(key);
  check_value(value);
  check_expires(expires);
  const detail::StoredMetadata metadata{.created = now(), .times = {.expires = expires}};
  write([&](KeyringSession& items) {
    items.store(account, value);
    follow_up("stored", [&] {
      detail::erase_previous(items, account);
      detail::store_metadata(items, account, metadata);
      detail::update_index(items, account, true);
    });
  });
}

std::optional<Secret> CredentialStore::find(std::string_view key) const {
  const std::string account = account_of(key);
  auto found = read([&](KeyringSession& items) { return items.find(account); });
  if (found) checked(*found);
  return found;
}

Secret CredentialStore::get(std::string_view key) const {
  const std::string account = account_of(key);
  Secret value = read([&](KeyringSession& items) { return require(items, account); });
  checked(value);
  return value;
}

void CredentialStore::remove(std::string_view key) {
  const std::string account = account_of(key);
  write([&](KeyringSession& items) {
    const bool was_there = items.erase(account);
    // Also if others have taken the credential away, and left the rest.
    follow_up("removed", [&] {
      detail::erase_previous(items, account);
      detail::erase_metadata(items, account);
      detail::update_index(items, account, false);
    });
    if (!was_there) raise(ErrorKind::not_found, "credential: not found");
  });
}

std::vector<std::string> CredentialStore::list() const { return read(detail::list_keys); }

void CredentialStore::set_structured(std::string_view key, std::string_view object,
                                     std::optional<Timestamp> expires) {
  check_value(object);
  if (!lockstep::detail::is_json_object(object)) refuse("value", "not a JSON object");
  set(key, object, expires);
}

Secret CredentialStore::get_structured(std::string_view key) const {
  Secret value = get(key);
  if (!lockstep::detail::is_json_object(value.view())) {
    raise(ErrorKind::invalid_data, "credential: not a JSON object");
  }
  return value;
}

CredentialMetadata CredentialStore::get_metadata(std::string_view key) const {
  const std::string account = account_of(key);
  return read([&](KeyringSession& items) {
    const Secret present = require(items, account);
    const detail::StoredMetadata stored = detail::metadata_of(items, account);
    return CredentialMetadata{
        .created = stored.created,
        .expires = stored.times.expires,
        .rotated = stored.times.rotated,
        .rotation_pending = detail::find_previous(items, account, present).has_value()};
  });
}

std::vector<std::string> CredentialStore::list_expiring(Timestamp until) const {
  return read([&](KeyringSession& items) {
    std::vector<std::string> keys = detail::list_keys(items);
    std::erase_if(keys, [&](const std::string& key) {
      const auto expires = detail::metadata_of(items, key).times.expires;
      return !expires || *expires > until;
    });
    return keys;
  });
}

void CredentialStore::rotate(std::string_view key, std::string_view value,
                             std::optional<Timestamp> expires) {
  const std::string account = account_of(key);
  check_value(value);
  check_expires(expires);
  const Timestamp rotated = now();
  write([&](KeyringSession& items) {
    const Secret present = require(items, account);
    if (present.view() == value) refuse("value", "is the present one");
    if (detail::find_previous(items, account, present)) {
      raise(ErrorKind::invalid_state, "credential: a rotation is pending");
    }
    detail::StoredMetadata metadata = detail::metadata_of(items, account);
    metadata.previous = metadata.times;
    metadata.times = {.expires = expires, .rotated = rotated};
    detail::store_previous(items, account, present);
    items.store(account, value);
    follow_up("rotated", [&] {
      detail::store_metadata(items, account, metadata);
      detail::update_index(items, account, true);
    });
  });
}

std::optional<Secret> CredentialStore::find_previous(std::string_view key) const {
  const std::string account = account_of(key);
  return read([&](KeyringSession& items) {
    const std::optional<Secret> present = items.find(account);
    return present ? detail::find_previous(items, account, *present) : std::nullopt;
  });
}

void CredentialStore::confirm_rotation(std::string_view key) {
  const std::string account = account_of(key);
  write([&](KeyringSession& items) {
    static_cast<void>(require_previous(items, account));
    detail::StoredMetadata metadata = detail::metadata_of(items, account);
    metadata.previous.reset();
    detail::erase_previous(items, account);
    follow_up("confirmed", [&] { detail::store_metadata(items, account, metadata); });
  });
}

void CredentialStore::revert_rotation(std::string_view key) {
  const std::string account = account_of(key);
  write([&](KeyringSession& items) {
    const Secret previous = require_previous(items, account);
    detail::StoredMetadata metadata = detail::metadata_of(items, account);
    metadata.times = metadata.previous.value_or(metadata.times);
    metadata.previous.reset();
    items.store(account, previous.view());
    follow_up("reverted", [&] {
      detail::erase_previous(items, account);
      detail::store_metadata(items, account, metadata);
    });
  });
}

std::size_t CredentialStore::rebuild_index() { return write(detail::write_index); }

}  // namespace lockstep::workflow
