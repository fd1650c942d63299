// SPDX-License-Identifier: BSL-1.0
// What a FileRepository has.
#pragma once

#include "history.hpp"
#include "shelf.hpp"

namespace lockstep::workflow {

struct FileRepository::Impl {
  static constexpr const char* workflows_name = "workflows";

  explicit Impl(FileOptions given);

  template <class F>
  WorkflowDefinition write(const detail::Shelf& shelf, const WorkflowDefinition& definition,
                           bool overwrite, F&& keep);

  FileOptions options;
  detail::Folder base;
  detail::Shelf workflows;
  detail::Shelf templates;
  detail::History history;
};

}  // namespace lockstep::workflow
