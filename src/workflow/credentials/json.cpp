// SPDX-License-Identifier: BSL-1.0
// The only place of the credentials that sees nlohmann/json.
#include "json.hpp"

#include <nlohmann/json.hpp>

namespace lockstep::workflow {
namespace {

using Document = nlohmann::json;
using detail::Times;

void put(Document& object, const char* name, const std::optional<Timestamp>& time) {
  if (!time) return;
  std::string text = format_timestamp(*time) + "Z";
  text[10] = 'T';
  object[name] = std::move(text);
}

void put(Document& object, const Times& times) {
  put(object, "expires", times.expires);
  put(object, "rotated", times.rotated);
}

// False if the member is there and is no time.
bool take(const Document& object, const char* name, std::optional<Timestamp>& out) {
  const auto it = object.find(name);
  if (it == object.end()) return true;
  return it->is_string() && parse_timestamp(it->get_ref<const std::string&>(), out.emplace());
}

bool take(const Document& object, Times& times) {
  return object.is_object() && take(object, "expires", times.expires) &&
         take(object, "rotated", times.rotated);
}

}  // namespace

std::string detail::index_json(const std::vector<std::string>& keys) {
  return Document(keys).dump();
}

std::optional<std::vector<std::string>> detail::read_index(std::string_view json) {
  const Document document = Document::parse(json, nullptr, false);
  if (!document.is_array()) return std::nullopt;
  std::vector<std::string> keys;
  for (const Document& key : document) {
    if (!key.is_string()) return std::nullopt;
    keys.push_back(key.get<std::string>());
  }
  return keys;
}

std::string detail::metadata_json(const StoredMetadata& metadata) {
  Document object = Document::object();
  put(object, "created", metadata.created);
  put(object, metadata.times);
  if (metadata.previous) {
    Document previous = Document::object();
    put(previous, *metadata.previous);
    object["previous"] = std::move(previous);
  }
  return object.dump();
}

std::optional<detail::StoredMetadata> detail::read_metadata(std::string_view json) {
  const Document document = Document::parse(json, nullptr, false);
  StoredMetadata metadata;
  if (!take(document, metadata.times) || !take(document, "created", metadata.created)) {
    return std::nullopt;
  }
  const auto previous = document.find("previous");
  if (previous != document.end() && !take(*previous, metadata.previous.emplace())) {
    return std::nullopt;
  }
  return metadata;
}

}  // namespace lockstep::workflow
