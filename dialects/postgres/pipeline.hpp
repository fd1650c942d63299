// SPDX-License-Identifier: BSL-1.0
// Executions that are sent without waiting for their answers: libpq's pipeline mode,
// https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
#pragma once

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {

// Executions are sent between enter() and leave(), inside a transaction, and leave() waits for all of
// them. After the first failure the server skips the rest.
class PgPipeline {
 public:
  // `counts`: null, or where the rows matched by each execution are put.
  explicit PgPipeline(PgLink& link, std::vector<std::uint64_t>* counts = nullptr) noexcept
      : link_(link), counts_(counts) {}
  PgPipeline(const PgPipeline&) = delete;
  PgPipeline& operator=(const PgPipeline&) = delete;

  // Throws if a limit has been reached already: then nothing was sent.
  void enter();
  // Sends an execution. Now and then it reads the answers of others, so that neither side holds
  // many.
  void send(const PgExecutable& statement, const PgArguments& arguments);
  // Whether there is no use in sending more: leave() will throw.
  [[nodiscard]] bool ended() noexcept;
  // Reads every answer. Throws the first failure, with the number of the execution, from 0, as its
  // row; the connection is at rest then.
  void leave();

  [[nodiscard]] bool entered() const noexcept { return entered_; }
  // Executions whose answers were good.
  [[nodiscard]] std::size_t done() const noexcept { return done_; }
  // By all of them.
  [[nodiscard]] std::uint64_t matched() const noexcept { return matched_; }

 private:
  void receive(std::size_t until);

  PgLink& link_;
  std::vector<std::uint64_t>* const counts_;
  bool entered_ = false;
  std::size_t sent_ = 0;
  std::size_t asked_ = 0;  // executions whose answers were asked for
  std::size_t bytes_ = 0;  // since then
  std::size_t done_ = 0;
  std::uint64_t matched_ = 0;
  PgResult failed_;                  // the first failure that the server told
  std::optional<NativeError> unsent_;  // what libpq would not send
};

// The pipeline that a session offers.
std::unique_ptr<NativePipeline> pg_pipeline(PgSession& session);

}  // namespace lockstep::detail
