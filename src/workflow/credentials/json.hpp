// SPDX-License-Identifier: BSL-1.0
// The two JSON texts that a store keeps beside the credentials. Neither holds a value.
#pragma once

#include "lockstep/workflow/credentials/credential_store.hpp"

namespace lockstep::workflow::detail {

// An array of keys, as go-keyring's users write it.
[[nodiscard]] std::string index_json(const std::vector<std::string>& keys);

// Nullopt if it is something else.
[[nodiscard]] std::optional<std::vector<std::string>> read_index(std::string_view json);

struct Times {
  std::optional<Timestamp> expires = {};
  std::optional<Timestamp> rotated = {};
};

struct StoredMetadata {
  std::optional<Timestamp> created = {};
  Times times = {};
  std::optional<Times> previous = {};  // of the previous value, while a rotation is pending
};

// An object with the members that are not null; times are RFC 3339 in UTC.
[[nodiscard]] std::string metadata_json(const StoredMetadata& metadata);

// Nullopt if it is something else; members of other names are passed over.
[[nodiscard]] std::optional<StoredMetadata> read_metadata(std::string_view json);

}  // namespace lockstep::workflow::detail
