// SPDX-License-Identifier: BSL-1.0
#include "shelf.hpp"

#include <algorithm>
#include <cerrno>

namespace lockstep::workflow::detail {

WorkflowDefinition load_file(const Folder& folder, const std::string& file, std::string_view id,
                             const FileLimits& limits) {
  WorkflowDefinition definition = read_document(folder.read(file, limits.bytes), file, limits);
  if (definition.id.empty()) definition.id = id;
  if (definition.id != id) {
    raise(ErrorKind::invalid_data, file + ": the id in it is not that of its name");
  }
  return definition;
}

Shelf::Shelf(const Folder& base, std::string name, const FileOptions& options)
    : base_(base), name_(std::move(name)), options_(options) {
  static_cast<void>(open());
}

WorkflowDefinition Shelf::load(std::string_view id) const {
  require_id("id", id);
  const auto folder = base_.find(name_);
  if (!folder) fail(file_of(id), ENOENT);
  return load_file(*folder, file_of(id), id, options_.limits);
}

bool Shelf::exists(std::string_view id) const {
  require_id("id", id);
  const auto folder = base_.find(name_);
  return folder && folder->has_file(file_of(id));
}

FileListing Shelf::list() const {
  FileListing listing;
  const auto folder = base_.find(name_);
  if (!folder) return listing;
  for (const std::string& file : folder->names()) {
    if (!file.ends_with(suffix)) continue;
    try {
      if (!folder->has_file(file)) continue;
      const std::string id = file.substr(0, file.size() - suffix.size());
      if (!is_id(id)) raise(ErrorKind::invalid_data, "the name of the file is not an id");
      listing.workflows.push_back(load_file(*folder, file, id, options_.limits));
    } catch (const NotFound&) {  // has gone since
    } catch (const Error& e) {
      listing.failures.push_back({file, e.kind(), e.what()});
    }
  }
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(listing.workflows.begin(), listing.workflows.end(),
            by_id);  // "a-b.yaml" was before "a.yaml"
  return listing;
}

}  // namespace lockstep::workflow::detail
