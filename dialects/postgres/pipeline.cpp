// SPDX-License-Identifier: BSL-1.0
#include "dialects/postgres/pipeline.hpp"

#include <libpq-fe.h>

#include <limits>

namespace lockstep::detail {
namespace {

// What is on its way at most before answers are asked for, twice that before they are awaited.
constexpr std::size_t window_rows = 250;
constexpr std::size_t window_bytes = std::size_t{1} << 20;
// For PgLink::start: sending must never block in the kernel.
constexpr std::size_t many_bytes = std::numeric_limits<std::size_t>::max();

}  // namespace

void PgPipeline::enter() {
  link_.start(many_bytes);
  PQenterPipelineMode(link_.get());
  entered_ = true;
  asked_ = sent_;
  bytes_ = 0;
}

bool PgPipeline::ended() noexcept {
  return failed_ != nullptr || unsent_ || link_.lost() || link_.overdue();
}

void PgPipeline::send(const PgExecutable& statement, const PgArguments& arguments) {
  pg_conn* const connection = link_.get();
  const int form = statement.binary ? 1 : 0;
  const int answer =
      statement.unnamed
          ? PQsendQueryParams(connection, statement.text.c_str(), arguments.count(),
                              statement.types.data(), arguments.data(), arguments.lengths(),
                              arguments.formats(), form)
          : PQsendQueryPrepared(connection, statement.name.c_str(), arguments.count(),
                                arguments.data(), arguments.lengths(), arguments.formats(), form);
  if (answer == 0) {
    unsent_ = pg_error(connection, nullptr);
    return;
  }
  ++sent_;
  bytes_ += arguments.size_bytes();
  if (sent_ - asked_ < window_rows && bytes_ < window_bytes) return;
  PQsendFlushRequest(connection);
  PQflush(connection);
  receive(asked_);
  asked_ = sent_;
  bytes_ = 0;
}

// Reads until `until` executions are done, or one has failed.
void PgPipeline::receive(std::size_t until) {
  while (done_ < until && failed_ == nullptr) {
    PgResult result = link_.read();
    if (result == nullptr) {
      if (link_.lost()) return;
      continue;
    }
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      const std::uint64_t matched = pg_rows_matched(result.get());
      if (counts_ != nullptr) counts_->push_back(matched);
      matched_ += matched;
      ++done_;
    } else {
      failed_ = std::move(result);
    }
  }
}

// Leaving the mode needs everything read, up to the answer of a sync.
void PgPipeline::leave() {
  pg_conn* const connection = link_.get();
  entered_ = false;
  if (PQpipelineSync(connection) == 0) link_.shut();
  receive(sent_);
  for (bool synced = false; !synced && !link_.lost();) {
    const PgResult result = link_.read();
    synced = result != nullptr && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC;
  }
  if (PQexitPipelineMode(connection) == 0) link_.shut();
  link_.end();
  const bool good = failed_ == nullptr && done_ == sent_ && !link_.interrupted() && !link_.lost();
  if (good && !unsent_) return;
  try {
    if (good) throw *unsent_;
    link_.fail(failed_.get());
  } catch (NativeError& error) {
    error.row = done_;
    throw;
  }
}

namespace {

class PgStatementPipeline final : public NativePipeline {
 public:
  explicit PgStatementPipeline(PgSession& session)
      : session_(session), pipeline_(session.link(), &matched_) {
    session_.attach(&pipeline_);
  }
  PgStatementPipeline(const PgStatementPipeline&) = delete;
  PgStatementPipeline& operator=(const PgStatementPipeline&) = delete;
  ~PgStatementPipeline() override {
    session_.attach(nullptr);
    try {
      leave();
    } catch (const NativeError&) {  // told already
    }
  }

  void add(Statement& statement, std::span<const Value> arguments) override {
    if (!pipeline_.entered()) pipeline_.enter();
    static_cast<PgStatement&>(statement).execute_in(pipeline_, arguments);
    if (pipeline_.ended()) leave();
  }
  std::vector<std::uint64_t> finish() override {
    leave();
    return std::move(matched_);
  }

 private:
  void leave() {
    if (!pipeline_.entered()) return;
    try {
      pipeline_.leave();
    } catch (const NativeError& error) {
      if (error.sqlstate == "26000") session_.vanished();
      throw;
    }
  }

  PgSession& session_;
  std::vector<std::uint64_t> matched_;
  PgPipeline pipeline_;
};

}  // namespace

std::unique_ptr<NativePipeline> pg_pipeline(PgSession& session) {
  return std::make_unique<PgStatementPipeline>(session);
}

}  // namespace lockstep::detail
