// SPDX-License-Identifier: BSL-1.0
// What a Pipeline does on its connection.
#pragma once

#include "core/connection.hpp"

namespace lockstep::detail {

class PipelineRun {
 public:
  // Throws if another stream or pipeline is open, or a limit has been reached.
  PipelineRun(Connection& connection, const Limits& limits, SourceLocation at);
  PipelineRun(const PipelineRun&) = delete;
  PipelineRun& operator=(const PipelineRun&) = delete;
  // Waits for the answers, if finish() has not.
  ~PipelineRun() { detach(); }

  void add(const Query& query, const Arguments& arguments);
  // Rows matched by each statement, in order. Throws the first failure.
  std::vector<std::uint64_t> finish();
  // Ends it: what comes then is a LogicError.
  void detach() noexcept;

 private:
  // A statement that was added.
  struct Sent {
    Prepared* prepared;
    const Sql* sql;
    SourceLocation at;
    Execution seen;
  };

  void fail(NativeError error);
  void settle();
  void end() noexcept;
  void release(Prepared& prepared) noexcept;

  Connection* connection_;
  const SourceLocation at_;
  std::unique_ptr<NativePipeline> native_;
  std::vector<Sent> sent_;
  std::vector<std::uint64_t> matched_;
  std::optional<ErrorInfo> failure_;
};

}  // namespace lockstep::detail
