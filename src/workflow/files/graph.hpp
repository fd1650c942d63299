// SPDX-License-Identifier: BSL-1.0
// Parts of the validation.
#pragma once

#include "lockstep/workflow/files/validate.hpp"

namespace lockstep::workflow::detail {

class Findings {
 public:
  void add(std::string path, std::string_view message) {
    problems_.push_back({std::move(path), std::string(message)});
  }
  [[nodiscard]] std::vector<Problem> take() { return std::move(problems_); }

 private:
  std::vector<Problem> problems_;
};

[[nodiscard]] bool is_of_type(const Datum& datum, VariableType type);

// What edges, branches and bodies refer to; the two ways of a condition; cycles; what cannot be
// reached.
void check_graph(const WorkflowDefinition& definition, Findings& findings);

}  // namespace lockstep::workflow::detail
