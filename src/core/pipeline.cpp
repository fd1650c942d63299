// SPDX-License-Identifier: BSL-1.0
#include "core/pipeline.hpp"

#include "core/query_error.hpp"
#include "lockstep/pipeline.hpp"

namespace lockstep {

Pipeline::Pipeline(std::unique_ptr<detail::PipelineRun> run) noexcept : run_(std::move(run)) {}

Pipeline::~Pipeline() = default;

void Pipeline::add(const Query& query, const detail::Arguments& arguments) {
  run_->add(query, arguments);
}

std::vector<ExecuteResult> Pipeline::finish() {
  const std::vector<std::uint64_t> matched = run_->finish();
  return {matched.begin(), matched.end()};
}

Pipeline Transaction::open_pipeline(SourceLocation at) {
  require_usable("pipeline", at);
  return Pipeline(std::make_unique<detail::PipelineRun>(*lease_, limits_, at));
}

namespace detail {
namespace {

constexpr Sql pipeline_sql{"pipeline", ""};

}  // namespace

PipelineRun::PipelineRun(Connection& connection, const Limits& limits, SourceLocation at)
    : connection_(&connection), at_(at) {
  const Query query(pipeline_sql, at);
  connection.require_free(query);
  connection.apply(limits, query);
  native_ = connection.session().pipeline();
  connection.pipeline_ = this;
}

// The text and its arguments are judged first and always, so that what is refused here does not
// depend on how early the engine tells of a failure.
void PipelineRun::add(const Query& query, const Arguments& arguments) {
  if (connection_ == nullptr) {
    raise_about(query, ErrorKind::logic_error, "the transaction of this pipeline has ended");
  }
  Prepared& prepared = connection_->prepare(query, Verb::execute);
  const bool first = !std::exchange(prepared.piped, true);
  std::span<const Value> bound;
  try {
    bound = bind_arguments(prepared.lexed, arguments, query, prepared.places);
    if (!failure_) {
      sent_.push_back({&prepared, query.sql(), query.location(), {}});
      connection_->watch(query, sent_.back().seen);
    }
  } catch (...) {
    if (first) release(prepared);
    throw;
  }
  if (failure_) {
    if (first) release(prepared);
    return;
  }
  try {
    if (prepared.statement == nullptr) {
      prepared.statement = connection_->session().prepare(prepared.lexed.text);
    }
    native_->add(*prepared.statement, bound);
  } catch (NativeError& error) {
    fail(std::move(error));
  }
}

// An error that tells no statement is that of the last one; behind the last it is of none.
void PipelineRun::fail(NativeError error) {
  if (!error.row && !sent_.empty()) error.row = sent_.size() - 1;
  if (!error.row || *error.row >= sent_.size()) {
    error.row.reset();
    failure_ = connection_->translate(error, Query(pipeline_sql, at_), nullptr);
    return;
  }
  Sent& sent = sent_[*error.row];
  const Query query = sent.sql != nullptr ? Query(*sent.sql, sent.at) : Query("", sent.at);
  failure_ = connection_->translate(error, query, &sent.prepared->lexed);
  sent.seen.error = failure_->kind;
}

// Nothing is waited for after a failure: whoever told of it is at rest.
void PipelineRun::settle() {
  if (failure_) return;
  try {
    matched_ = native_->finish();
  } catch (NativeError& error) {
    fail(std::move(error));
  }
}

std::vector<std::uint64_t> PipelineRun::finish() {
  if (connection_ == nullptr) {
    raise_about(Query(pipeline_sql, at_), ErrorKind::logic_error,
                "the transaction of this pipeline has ended");
  }
  settle();
  end();
  if (failure_) raise(std::move(*failure_));
  return std::move(matched_);
}

void PipelineRun::detach() noexcept {
  if (connection_ == nullptr) return;
  try {
    settle();
  } catch (...) {  // the transaction is poisoned, or no memory is left
  }
  end();
}

// The observer is told of those that were executed.
void PipelineRun::end() noexcept {
  native_.reset();
  const std::size_t executed = failure_ ? failure_->row.value_or(sent_.size()) : sent_.size();
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    Sent& sent = sent_[i];
    if (i < matched_.size()) sent.seen.rows = matched_[i];
    if (i <= executed) connection_->tell(sent.seen);
  }
  for (Sent& sent : sent_) {
    if (sent.prepared->piped) release(*sent.prepared);
  }
  connection_->clear_limits();
  connection_->pipeline_ = nullptr;
  connection_ = nullptr;
}

// Lets the cache have it again.
void PipelineRun::release(Prepared& prepared) noexcept {
  prepared.piped = false;
  if (!prepared.cached || prepared.statement == nullptr) connection_->cache_.forget(prepared);
}

void Connection::refuse_second_use(const Query& query) const {
  raise_about(query, ErrorKind::logic_error,
              stream_ != nullptr
                  ? "a stream of rows is open on this connection: read it to its end, or drop it"
                  : "a pipeline is open on this transaction: use that, or let it end");
}

void Connection::end_open() noexcept {
  if (pipeline_ != nullptr) pipeline_->detach();
  if (stream_ == nullptr) return;
  Cursor* const cursor = std::exchange(stream_, nullptr);
  finish(*cursor->prepared_);
  cursor->detach();
}

}  // namespace detail
}  // namespace lockstep
