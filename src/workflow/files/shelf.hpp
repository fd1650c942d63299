// SPDX-License-Identifier: BSL-1.0
// The documents of one folder: the workflows, or the templates.
#pragma once

#include "document.hpp"
#include "folder.hpp"
#include "id.hpp"

namespace lockstep::workflow::detail {

// The document of a file in `folder`; without an id in it, it has `id`.
[[nodiscard]] WorkflowDefinition load_file(const Folder& folder, const std::string& file,
                                           std::string_view id, const FileLimits& limits);

class Shelf {
 public:
  // Made if it is not there. `base` and `options` outlive it.
  Shelf(const Folder& base, std::string name, const FileOptions& options);

  // Each opens the folder anew, so that one that was exchanged for a link is refused.
  [[nodiscard]] WorkflowDefinition load(std::string_view id) const;
  [[nodiscard]] bool exists(std::string_view id) const;
  [[nodiscard]] FileListing list() const;

  // The folder, for a writer.
  [[nodiscard]] Folder open() const { return base_.below(name_); }

 private:
  const Folder& base_;
  std::string name_;
  const FileOptions& options_;
};

}  // namespace lockstep::workflow::detail
