// SPDX-License-Identifier: BSL-1.0
#include "lockstep/executor.hpp"

#include "lockstep/database.hpp"

namespace lockstep {
namespace {

// A call inside a bounded scope: the earlier deadline of both, its own stop token if it has one.
CallOptions merge(const CallOptions& scope, const CallOptions& call) {
  CallOptions merged = call;
  if (scope.deadline && (!call.deadline || *scope.deadline < *call.deadline)) {
    merged.deadline = scope.deadline;
  }
  if (!call.stop.stop_possible()) merged.stop = scope.stop;
  return merged;
}

}  // namespace

Bounded Executor::with(CallOptions options) { return {*this, std::move(options)}; }

std::string Executor::placeholder(int n) const {
  if (n < 1) raise(ErrorKind::invalid_argument, "placeholders are numbered from 1");
  return dialect().lexical.numbered_placeholders ? "$" + std::to_string(n) : "?";
}

std::uint64_t Bounded::run(const Query& query, const detail::Arguments& arguments,
                           detail::Verb verb, detail::RowReader* reader,
                           const CallOptions& options) {
  return base_.run(query, arguments, verb, reader, merge(options_, options));
}

detail::Cursor Bounded::start(const Query& query, const detail::Arguments& arguments,
                              const CallOptions& options) {
  return base_.start(query, arguments, merge(options_, options));
}

std::uint64_t Bounded::run_all(const Query& query, detail::RowSource& rows,
                               const CallOptions& options) {
  return base_.run_all(query, rows, merge(options_, options));
}

Transaction Bounded::start_atomic(const CallOptions& options, SourceLocation at) {
  return base_.start_atomic(merge(options_, options), at);
}

}  // namespace lockstep
