// SPDX-License-Identifier: BSL-1.0
// A workflow and the text of its file.
#pragma once

#include "lockstep/workflow/files/repository.hpp"

namespace lockstep::workflow::detail {

// InvalidData, naming `file`, the line and the member, if it describes no workflow. An id that is
// not there is empty, one of an edge is "<from>-><to>".
[[nodiscard]] WorkflowDefinition read_document(std::string_view text, std::string_view file,
                                               const FileLimits& limits);

// InvalidArgument if read_document would refuse the text.
[[nodiscard]] std::string write_document(const WorkflowDefinition& definition,
                                         const FileLimits& limits);

}  // namespace lockstep::workflow::detail
