// SPDX-License-Identifier: BSL-1.0
// What stands in a keyring beside a credential, under accounts of its own, which readers of the
// original do not touch: its times, the value before a rotation, and the index of all keys.
#pragma once

#include "json.hpp"

namespace lockstep::workflow::detail {

// No key of a caller's.
[[nodiscard]] bool is_reserved(std::string_view key);

// All null if there is none. CorruptData if it is not what store_metadata has written.
[[nodiscard]] StoredMetadata metadata_of(KeyringSession& items, const std::string& key);
void store_metadata(KeyringSession& items, const std::string& key, const StoredMetadata& metadata);
void erase_metadata(KeyringSession& items, const std::string& key);

// The value before `present`, if a rotation is pending. One that equals the present value is left
// of a rotation that went no further.
[[nodiscard]] std::optional<Secret> find_previous(KeyringSession& items, const std::string& key,
                                                  const Secret& present);
void store_previous(KeyringSession& items, const std::string& key, const Secret& previous);
void erase_previous(KeyringSession& items, const std::string& key);

// The accounts that are credentials.
[[nodiscard]] std::vector<std::string> list_keys(KeyringSession& items);

// Writes the index of what there is; returns how many keys it holds.
std::size_t write_index(KeyringSession& items);

// Adds the key to the index or takes it out. One that is not there or cannot be read is written
// anew.
void update_index(KeyringSession& items, const std::string& key, bool there);

}  // namespace lockstep::workflow::detail
