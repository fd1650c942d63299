// SPDX-License-Identifier: BSL-1.0
// Transaction: an executor that owns one connection between BEGIN and COMMIT.
//
//     auto id = db.transaction([&](lockstep::Transaction& tx) {
//       scheduler::create_job(tx, job);
//       tx.nested([&](lockstep::Transaction& inner) { ... });  // what fails here can be caught
//       return job.id;
//     });
//
// The first error that the engine returns, a lost link, a timeout or a cancel poisons it on every
// engine, as PostgreSQL does: later statements and commit() throw TransactionAborted. NotFound,
// TooManyRows, MappingError and InvalidArgument do not poison.
//
// Thread rule: one thread at a time.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep {

namespace detail {
class CodeExecutor;
class Pool;
class SociDoor;
}

class Leased;
class Pipeline;

class Transaction final : public Executor {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  // Rolls back if neither commit nor rollback was called. Never throws.
  ~Transaction() override;

  // Makes everything inside permanent. TransactionAborted if an error came before (the transaction
  // is rolled back then), CommitUnknown if the connection was lost while COMMIT was under way,
  // LogicError if the transaction has ended.
  void commit();
  // Undoes everything inside. LogicError if the transaction has ended.
  void rollback();

  // Runs fn(Transaction&) in a savepoint: released if fn returns; undone, and the exception thrown
  // on, if it does not. While fn runs, this transaction must not be used (LogicError).
  template <class F>
  auto nested(F&& fn, SourceLocation at = SourceLocation::current());

  // Runs fn(Pipeline&) and returns what each of its statements did, in order: see
  // lockstep/pipeline.hpp.
  template <class F>
  std::vector<ExecuteResult> pipeline(F&& fn, SourceLocation at = SourceLocation::current());

  // Always LogicError: a transaction cannot begin inside a transaction; see nested().
  [[noreturn]] Transaction begin(TransactionOptions options = {});

  [[nodiscard]] const Dialect& dialect() const override;
  [[nodiscard]] Capabilities capabilities() override;
  [[nodiscard]] Timestamp now() const override;

 private:
  friend class Database;
  friend class Leased;
  friend class detail::CodeExecutor;
  friend class detail::SociDoor;
  enum class State : std::uint8_t { open, committed, rolled_back };

  // The outermost transaction: sends BEGIN on a leased connection.
  Transaction(detail::Lease lease, std::shared_ptr<detail::Pool> pool,
              const TransactionOptions& options, const Limits& limits, SourceLocation at);
  // A savepoint in the open transaction of a connection.
  Transaction(detail::Lease lease, std::shared_ptr<detail::Pool> pool, const Limits& limits,
              SourceLocation at);
  // A savepoint in `outer`.
  Transaction(Transaction& outer, const CallOptions& options, SourceLocation at);

  std::uint64_t run(const Query& query, const detail::Arguments& arguments, detail::Verb verb,
                    detail::RowReader* reader, const CallOptions& options) override;
  detail::Cursor start(const Query& query, const detail::Arguments& arguments,
                       const CallOptions& options) override;
  std::uint64_t run_all(const Query& query, detail::RowSource& rows,
                        const CallOptions& options) override;
  // For an executor that begins a transaction only for this.
  std::uint64_t run_all_and_commit(const Query& query, detail::RowSource& rows);
  Transaction start_atomic(const CallOptions& options, SourceLocation at) override;
  Pipeline open_pipeline(SourceLocation at);
  [[nodiscard]] bool usable() const noexcept;
  void enter(const Query& query);
  // Those of the transaction and of a call together.
  [[nodiscard]] Limits narrowed(const CallOptions& options) const;
  void require_usable(std::string_view what, SourceLocation at) const;
  [[noreturn]] void refuse(std::string_view what, SourceLocation at) const;
  void end(State state) noexcept;

  detail::Lease lease_;
  std::shared_ptr<detail::Pool> pool_;
  Limits limits_;
  SourceLocation at_;
  int level_ = 1;  // 1: the transaction itself; 2 and more: savepoints
  State state_ = State::open;
};

namespace detail {

// Runs fn and commits; the destructor of `tx` rolls back if fn throws.
template <class F>
auto run_and_commit(Transaction& tx, F&& fn) {
  if constexpr (std::is_void_v<std::invoke_result_t<F, Transaction&>>) {
    std::forward<F>(fn)(tx);
    tx.commit();
  } else {
    auto result = std::forward<F>(fn)(tx);
    tx.commit();
    return result;
  }
}

}  // namespace detail

template <class F>
auto Executor::atomically(F&& fn, SourceLocation at) {
  Transaction tx = start_atomic({}, at);
  return detail::run_and_commit(tx, std::forward<F>(fn));
}

template <class F>
auto Transaction::nested(F&& fn, SourceLocation at) {
  return atomically(std::forward<F>(fn), at);
}

}  // namespace lockstep

#include "lockstep/pipeline.hpp"
