// SPDX-License-Identifier: BSL-1.0
#include "companions.hpp"

#include <algorithm>

#include "lockstep/error.hpp"

namespace lockstep::workflow {
namespace {

constexpr const char* index_account = "__goflow_index__";
constexpr std::string_view reserved = "__lockstep_";

std::string metadata_account(const std::string& key) { return "__lockstep_meta__:" + key; }

std::string previous_account(const std::string& key) { return "__lockstep_previous__:" + key; }

}  // namespace

bool detail::is_reserved(std::string_view key) {
  return key == index_account || key.starts_with(reserved);
}

detail::StoredMetadata detail::metadata_of(KeyringSession& items, const std::string& key) {
  const std::optional<Secret> found = items.find(metadata_account(key));
  if (!found) return {};
  auto metadata = read_metadata(found->view());
  if (metadata) return *metadata;
  ErrorInfo info;
  info.kind = ErrorKind::corrupt_data;
  info.what = "credential: its metadata is not what was stored";
  info.server_message = key;
  raise(std::move(info));
}

void detail::store_metadata(KeyringSession& items, const std::string& key,
                            const StoredMetadata& metadata) {
  items.store(metadata_account(key), metadata_json(metadata));
}

void detail::erase_metadata(KeyringSession& items, const std::string& key) {
  items.erase(metadata_account(key));
}

std::optional<Secret> detail::find_previous(KeyringSession& items, const std::string& key,
                                            const Secret& present) {
  std::optional<Secret> previous = items.find(previous_account(key));
  if (previous && previous->view() == present.view()) previous.reset();
  return previous;
}

void detail::store_previous(KeyringSession& items, const std::string& key, const Secret& previous) {
  items.store(previous_account(key), previous.view());
}

void detail::erase_previous(KeyringSession& items, const std::string& key) {
  items.erase(previous_account(key));
}

std::vector<std::string> detail::list_keys(KeyringSession& items) {
  std::vector<std::string> keys = items.accounts();
  std::erase_if(keys, is_reserved);
  return keys;
}

std::size_t detail::write_index(KeyringSession& items) {
  const std::vector<std::string> keys = list_keys(items);
  items.store(index_account, index_json(keys));
  return keys.size();
}

void detail::update_index(KeyringSession& items, const std::string& key, bool there) {
  const std::optional<Secret> stored = items.find(index_account);
  auto keys = stored ? read_index(stored->view()) : std::nullopt;
  if (!keys) {
    write_index(items);
    return;
  }
  const auto count = std::count(keys->begin(), keys->end(), key);
  if (count == (there ? 1 : 0)) return;
  std::erase(*keys, key);
  if (there) keys->push_back(key);
  items.store(index_account, index_json(*keys));
}

}  // namespace lockstep::workflow
