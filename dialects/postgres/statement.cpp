// SPDX-License-Identifier: BSL-1.0
// A prepared statement: described once, executed in binary form where every type is known.
#include <libpq-fe.h>

#include <charconv>

#include "dialects/postgres/bulk.hpp"
#include "dialects/postgres/pipeline.hpp"

namespace lockstep::detail {
namespace {

// Whether the tag is of a statement that matches rows; FETCH, MOVE and SELECT only count some.
bool counts_matches(std::string_view tag) {
  switch (tag.empty() ? ' ' : tag.front()) {
    case 'I':
      return tag.starts_with("INSERT");
    case 'U':
      return tag.starts_with("UPDATE");
    case 'D':
      return tag.starts_with("DELETE");
    case 'M':
      return tag.starts_with("MERGE");
    case 'C':
      return tag.starts_with("COPY");
    default:
      return false;
  }
}

}  // namespace

std::uint64_t pg_rows_matched(pg_result* result) noexcept {
  const std::string_view tag = result != nullptr ? PQcmdStatus(result) : "";
  if (!counts_matches(tag)) return 0;
  const std::string_view text = tag.substr(tag.rfind(' ') + 1);  // behind the last blank
  std::uint64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

PgStatement::PgStatement(PgSession& session, std::string name, std::string_view text)
    : session_(session), name_(std::move(name)), text_(text), trace_(pg_trace(text)) {
  const PgResult description = describe();
  const int parameters = PQnparams(description.get());
  for (int i = 0; i < parameters; ++i) types_.push_back(PQparamtype(description.get(), i));
  const int columns = PQnfields(description.get());
  for (int i = 0; i < columns && binary_; ++i) {
    binary_ = pg_binary_decoder(PQftype(description.get(), i)) != nullptr;
  }
  learn(description.get(), binary_);
}

PgStatement::~PgStatement() {
  reset();
  if (!name_.empty()) session_.bury(name_);
}

// Parse and Describe go out together: one round trip. Also without a name, to learn the types; the
// execution then sends the text again, with them.
PgResult PgStatement::describe() {
  PgLink& link = session_.link();
  pg_conn* const connection = link.get();
  link.start(text_.size());
  PQenterPipelineMode(connection);
  const bool sent = PQsendPrepare(connection, name_.c_str(), text_.c_str(), 0, nullptr) != 0 &&
                    PQsendDescribePrepared(connection, name_.c_str()) != 0 &&
                    PQpipelineSync(connection) != 0;
  PgResult described;
  PgResult failed;
  while (sent) {
    PgResult result = link.read();
    if (result == nullptr) {
      if (link.lost()) break;
      continue;
    }
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_COMMAND_OK) described = std::move(result);
    if (status == PGRES_FATAL_ERROR && failed == nullptr) failed = std::move(result);
  }
  if (PQexitPipelineMode(connection) == 0) link.shut();
  link.end();
  if (!sent || failed != nullptr || described == nullptr) link.fail(failed.get());
  return described;
}

void PgStatement::learn(const pg_result* result, bool binary) {
  const auto count = static_cast<std::size_t>(PQnfields(result));
  columns_.resize(count);
  decoders_.resize(count);
  result_types_.resize(count);
  row_.assign(count, Value());
  scratch_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int column = static_cast<int>(i);
    const PgOid type = PQftype(result, column);
    result_types_[i] = type;
    columns_[i] = PQfname(result, column);
    decoders_[i] = binary ? pg_binary_decoder(type) : pg_text_decoder(type);
    if (decoders_[i] == nullptr) decoders_[i] = pg_binary_decoder(PgType::bytea);
  }
}

void PgStatement::send(Fetch fetch) {
  PgLink& link = session_.link();
  pg_conn* const connection = link.get();
  const int form = binary_ ? 1 : 0;
  link.start(arguments_.size_bytes() + text_.size());
  link.sent(
      session_.unnamed()
          ? PQsendQueryParams(connection, text_.c_str(), arguments_.count(), types_.data(),
                              arguments_.data(), arguments_.lengths(), arguments_.formats(), form)
          : PQsendQueryPrepared(connection, name_.c_str(), arguments_.count(), arguments_.data(),
                                arguments_.lengths(), arguments_.formats(), form));
  if (fetch == Fetch::streamed) PQsetSingleRowMode(connection);
}

void PgStatement::encode(std::span<const Value> arguments) {
  if (arguments.size() != types_.size()) {
    NativeError error;
    error.sqlstate = "42P02";
    error.message = "the statement has " + std::to_string(types_.size()) + " parameters";
    throw error;
  }
  arguments_.encode(arguments, types_);
}

PgExecutable PgStatement::executable() const noexcept {
  return {name_, text_, session_.unnamed(), types_, binary_};
}

void PgStatement::execute(std::span<const Value> arguments, Fetch fetch) {
  reset();
  encode(arguments);
  session_.leave(trace_);
  try {
    send(fetch);
    receive(fetch == Fetch::streamed ? session_.link().next_result() : session_.link().finish(),
            fetch);
  } catch (const NativeError& error) {
    if (error.sqlstate == "26000" && trace_ != PgTrace::discard) session_.vanished();
    throw;
  }
}

std::uint64_t PgStatement::execute_all(ArgumentRows& rows) {
  reset();
  session_.leave(trace_);
  try {
    return PgBulk(session_.link(), executable(), rows).run();
  } catch (const NativeError& error) {
    if (error.sqlstate == "26000" && trace_ != PgTrace::discard) session_.vanished();
    throw;
  }
}

void PgStatement::execute_in(PgPipeline& pipeline, std::span<const Value> arguments) {
  reset();
  encode(arguments);
  session_.leave(trace_);
  pipeline.send(executable(), arguments_);
}

// Takes the first result of a stream, or the only one.
void PgStatement::receive(PgResult result, Fetch fetch) {
  const auto status = PQresultStatus(result.get());
  if (fetch == Fetch::streamed && status == PGRES_FATAL_ERROR) {
    session_.link().finish();
    session_.link().fail(result.get());
  }
  result_ = std::move(result);
  streaming_ = status == PGRES_SINGLE_TUPLE;
  first_ = streaming_;
  if (fetch == Fetch::streamed && !streaming_) session_.link().finish();
  row_index_ = 0;
  rows_ = status == PGRES_TUPLES_OK ? PQntuples(result_.get()) : 0;
  // A text without a name is parsed anew each time, and the schema may have changed.
  if (!session_.unnamed() || (status != PGRES_TUPLES_OK && !streaming_)) return;
  bool same = static_cast<std::size_t>(PQnfields(result_.get())) == result_types_.size();
  for (std::size_t i = 0; same && i < result_types_.size(); ++i) {
    same = PQftype(result_.get(), static_cast<int>(i)) == result_types_[i];
  }
  if (same) return;
  learn(result_.get(), binary_);
  ++columns_version_;
}

bool PgStatement::next() {
  if (first_) {
    first_ = false;
    fill_row(0);
    return true;
  }
  if (!streaming_) {
    if (row_index_ == rows_) return false;
    fill_row(row_index_++);
    return true;
  }
  PgResult result = session_.link().next_result();
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_SINGLE_TUPLE) {
    result_ = std::move(result);
    fill_row(0);
    return true;
  }
  streaming_ = false;
  session_.link().finish();
  if (status == PGRES_FATAL_ERROR) session_.link().fail(result.get());
  result_ = std::move(result);
  return false;
}

void PgStatement::fill_row(int row) {
  const pg_result* const result = result_.get();
  for (std::size_t i = 0; i < decoders_.size(); ++i) {
    const int column = static_cast<int>(i);
    const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
    if (size == 0 && PQgetisnull(result, row, column) != 0) {
      row_[i] = Value();
      continue;
    }
    const std::string_view cell(PQgetvalue(result, row, column), size);
    // In its place: a copy of what was just written in parts waits for the stores.
    ::new (&row_[i]) Value(decoders_[i](cell, scratch_[i]));
  }
}

void PgStatement::reset() noexcept {
  if (streaming_) session_.link().abandon();
  streaming_ = false;
  first_ = false;
  row_index_ = 0;
  rows_ = 0;
  result_.reset();
}

std::uint64_t PgStatement::rows_affected() const noexcept {
  return pg_rows_matched(result_.get());
}

std::size_t PgStatement::row_count() const noexcept { return static_cast<std::size_t>(rows_); }

}  // namespace lockstep::detail
