// SPDX-License-Identifier: BSL-1.0
// Pipeline: statements of a transaction that need not wait for each other's answers.
//
//     const auto results = tx.pipeline([&](lockstep::Pipeline& pipeline) {
//       pipeline.execute(job_insert, job);
//       for (const Run& run : runs) pipeline.execute(run_update, run);
//     });
//     results[0].rows_affected();
//
// PostgreSQL gets them one behind the other, without a round trip for each; the other engines
// execute each at once. What they do, answer and refuse is the same. For many rows of one statement
// Executor::execute_all is faster.
//
// What the engine refuses, a deadline and a cancel end the pipeline and poison the transaction:
// none of the later statements has any effect, and pipeline() throws it after fn has returned, with
// Error::row() telling which statement failed, from 0. What execute() itself refuses, InvalidArgument
// and the like, it throws at once, and poisons nothing. If fn throws, what it has executed before
// stays done.
//
// Thread rule: that of its transaction, which must not be used while fn runs (LogicError), but for
// rollback(): that ends the pipeline.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep {

namespace detail {
class PipelineRun;
}

class Pipeline {
 public:
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline();

  // As Executor::execute, with its arguments read within the call. The answer is among the results
  // of Transaction::pipeline; rows of a result are thrown away.
  template <class... A>
  void execute(const Query& query, const A&... args) {
    const detail::ArgumentList<A...> list(args...);
    add(query, list.view());
  }

 private:
  friend class Transaction;
  explicit Pipeline(std::unique_ptr<detail::PipelineRun> run) noexcept;
  void add(const Query& query, const detail::Arguments& arguments);
  std::vector<ExecuteResult> finish();

  std::unique_ptr<detail::PipelineRun> run_;
};

template <class F>
std::vector<ExecuteResult> Transaction::pipeline(F&& fn, SourceLocation at) {
  Pipeline pipeline = open_pipeline(at);
  std::forward<F>(fn)(pipeline);
  return pipeline.finish();
}

}  // namespace lockstep
