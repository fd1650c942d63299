// SPDX-License-Identifier: BSL-1.0
// Previous versions of workflows: <base>/history/<id>/<number>.yaml. A writer holds the folder of
// the workflows.
#pragma once

#include <cstdint>

#include "document.hpp"
#include "folder.hpp"

namespace lockstep::workflow::detail {

class History {
 public:
  // `base` and `options` outlive it.
  History(const Folder& base, const FileOptions& options) : base_(base), options_(options) {}

  [[nodiscard]] bool is_kept() const noexcept { return options_.kept_versions > 0; }
  // Adds `text`, unless the youngest version is the same; drops what is too old.
  void add(std::string_view id, std::string_view text, mode_t mode) const;
  // Takes the file out of `folder`.
  void take(std::string_view id, const Folder& folder, const std::string& file) const;

  // Numbers, rising.
  [[nodiscard]] std::vector<std::uint64_t> list(std::string_view id) const;
  [[nodiscard]] WorkflowDefinition load(std::string_view id, std::uint64_t number) const;

 private:
  [[nodiscard]] std::optional<Folder> find(std::string_view id) const;
  [[nodiscard]] Folder open(std::string_view id) const;
  void prune(const Folder& folder) const;

  const Folder& base_;
  const FileOptions& options_;
};

}  // namespace lockstep::workflow::detail
