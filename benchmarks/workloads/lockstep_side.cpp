// SPDX-License-Identifier: BSL-1.0
#include <optional>

#include "benchmarks/workloads/workloads.hpp"
#include "lockstep/database.hpp"

namespace lockstep::benchmarks {
namespace {

class Lockstep final : public Side {
 public:
  explicit Lockstep(Database& db) : db_(db) {}

  void keep_connection() override {
    lease_.emplace(db_.lease());
    executor_ = &*lease_;
  }
  void give_back() override {
    executor_ = &db_;
    lease_.reset();
  }

  void begin(Work work) override {
    const TransactionOptions options{.read_only = work == Work::reads};
    tx_.emplace(lease_ ? lease_->begin(options) : db_.begin(options));
    executor_ = &*tx_;
  }
  void commit() override {
    tx_->commit();
    end();
  }
  void rollback() override {
    tx_->rollback();
    end();
  }

  [[nodiscard]] Job get(std::string_view id) override {
    return executor_->fetch_one<Job>(get_job, id);
  }
  [[nodiscard]] std::vector<Job> list() override { return executor_->fetch_all<Job>(list_jobs); }
  void stream(const std::function<void(const Job&)>& visit) override {
    for (const Job& job : executor_->stream<Job>(list_jobs)) visit(job);
  }

  void insert(const Job& job) override { executor_->execute(insert_job, job); }
  void update(const Job& job) override { executor_->execute(update_job, job); }
  void upsert(const Job& job) override { executor_->execute(upsert_job, job); }

  void insert_all(std::span<const Job> jobs) override { executor_->insert_all(insert_job, jobs); }
  void update_all(std::span<const Job> jobs) override { executor_->execute_all(update_job, jobs); }
  void upsert_all(std::span<const Job> jobs) override { executor_->execute_all(upsert_job, jobs); }

  [[nodiscard]] std::vector<scheduler::ClaimedRun> claim(
      const scheduler::ClaimRequest& request) override {
    return scheduler::claim_due_runs(db_, request);
  }
  void give_back_runs() override { db_.execute(give_back_runs_text); }

  void clear() override { db_.execute("DELETE FROM jobs"); }
  void tidy() override {
    if (db_.dialect().engine == Engine::postgres) db_.execute("VACUUM ANALYZE jobs");
  }

 private:
  void end() {
    executor_ = lease_ ? static_cast<Executor*>(&*lease_) : &db_;
    tx_.reset();
  }

  Database& db_;
  std::optional<Leased> lease_;
  std::optional<Transaction> tx_;
  Executor* executor_ = &db_;
};

}  // namespace

std::unique_ptr<Side> lockstep_side(Database& db) { return std::make_unique<Lockstep>(db); }

}  // namespace lockstep::benchmarks
