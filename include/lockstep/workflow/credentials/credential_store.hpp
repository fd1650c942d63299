// SPDX-License-Identifier: BSL-1.0
// Credentials of workflows, in a keyring: never in a file, never in the database. Link
// lockstep::credentials, and lockstep::secret_service for the user's keyring.
//
//     using namespace lockstep::workflow;
//     CredentialStore store(std::make_shared<SecretServiceKeyring>());
//     store.set("github:token", token, now + days(90));
//     login(store.get("github:token").view());
#pragma once

#include <functional>

#include "lockstep/value.hpp"
#include "lockstep/workflow/credentials/keyring.hpp"

namespace lockstep::workflow {

struct CredentialStoreOptions {
  std::string service = "goflow";  // of the items; without '/'
  // Not empty: the items are those of the service "<tenant>/<service>", which stores of another
  // tenant, or of none, do not see. Without '/'. It keeps names apart, not users: who may open the
  // keyring can read the items of every tenant.
  std::string tenant = {};
  std::chrono::milliseconds timeout{5000};  // of each operation as a whole; positive
  std::function<Timestamp()> clock = {};    // times that are stored; empty: the system clock
};

// All is null for a credential that others have stored.
struct CredentialMetadata {
  std::optional<Timestamp> created = {};
  std::optional<Timestamp> expires = {};  // null: never
  std::optional<Timestamp> rotated = {};  // null: not since it was set
  bool rotation_pending = false;          // the previous value is still kept

  friend bool operator==(const CredentialMetadata&, const CredentialMetadata&) = default;
};

[[nodiscard]] constexpr bool is_expired(const CredentialMetadata& credential,
                                        Timestamp now) noexcept {
  return credential.expires && *credential.expires <= now;
}

// Thread rule: share it between threads.
//
// What all operations share: InvalidArgument, with nothing sent, for a key that is empty or
// reserved (`__goflow_index__` and all that begin with `__lockstep_`), for a value of more than
// max_credential_bytes, and for text with NUL or invalid UTF-8. Unavailable if the keyring does not
// answer within the timeout, is not there or is locked; PermissionDenied if it refuses. No error
// tells a value.
class CredentialStore {
 public:
  // InvalidArgument for no keyring and for options that cannot be meant.
  explicit CredentialStore(std::shared_ptr<Keyring> keyring, CredentialStoreOptions options = {});

  // Throws Unavailable if the other operations would.
  void available() const;

  // Stores or overwrites a credential, and with it all that is known of it. IndexStale: the value
  // is stored, but what belongs to it (times, previous value, index) could not be brought up to it.
  void set(std::string_view key, std::string_view value, std::optional<Timestamp> expires = {});
  // Whether expired or not. NotFound; CorruptData for a value of others that is no text.
  [[nodiscard]] Secret get(std::string_view key) const;
  [[nodiscard]] std::optional<Secret> find(std::string_view key) const;
  // With all that is known of it. NotFound. IndexStale: it is gone, but not all of that.
  void remove(std::string_view key);
  // The keys, sorted: those of the items that there are, whatever the index says.
  [[nodiscard]] std::vector<std::string> list() const;

  // A JSON object as text, kept byte for byte. InvalidArgument if it is none.
  void set_structured(std::string_view key, std::string_view object,
                      std::optional<Timestamp> expires = {});
  // As get; InvalidData if the value is not a JSON object.
  [[nodiscard]] Secret get_structured(std::string_view key) const;

  // NotFound for no such credential; CorruptData if what was stored of it cannot be read (the key
  // is in server_message()).
  [[nodiscard]] CredentialMetadata get_metadata(std::string_view key) const;
  // Keys of what expires by then or earlier, sorted; one call to the keyring for each credential.
  [[nodiscard]] std::vector<std::string> list_expiring(Timestamp until) const;

  // Puts `value` in the place of the present one, which is kept until the rotation is confirmed or
  // reverted; a crash in between leaves either the old state or the new one. NotFound; InvalidState
  // if a rotation is pending; InvalidArgument for the present value; CorruptData as get_metadata.
  // IndexStale as in set().
  void rotate(std::string_view key, std::string_view value, std::optional<Timestamp> expires = {});
  // The value before a pending rotation; nullopt if there is none.
  [[nodiscard]] std::optional<Secret> find_previous(std::string_view key) const;
  // Drops the previous value, or puts it back, and its times. InvalidState if no rotation is
  // pending, NotFound if there is no such credential; CorruptData as get_metadata. IndexStale:
  // done, but for the times.
  void confirm_rotation(std::string_view key);
  void revert_rotation(std::string_view key);

  // Writes the index of keys anew, which others need to list them; returns how many it holds.
  std::size_t rebuild_index();

 private:
  template <class F>
  decltype(auto) read(F&& body) const;
  template <class F>
  decltype(auto) write(F&& body) const;
  [[nodiscard]] Timestamp now() const;

  std::shared_ptr<Keyring> keyring_;  // shared: several tenants in one keyring
  std::string service_;
  std::chrono::milliseconds timeout_;
  std::function<Timestamp()> clock_;
};

inline constexpr std::size_t max_credential_bytes = 1048576;  // 1 MiB

}  // namespace lockstep::workflow
