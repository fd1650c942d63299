// SPDX-License-Identifier: BSL-1.0
#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>

#include "benchmarks/peers/peers.hpp"

namespace lockstep::benchmarks {
namespace {

void read(SQLite::Statement& row, Job& job) {
  job.id = row.getColumn(0).getString();
  job.name = row.getColumn(1).getString();
  job.schedule = row.getColumn(2).getString();
  if (!row.isColumnNull(3)) job.pod_spec = Json{row.getColumn(3).getString()};
  if (!row.isColumnNull(4)) job.constraint_id = row.getColumn(4).getString();
  job.created_at = instant_of(row.getColumn(5).getText());
  job.updated_at = instant_of(row.getColumn(6).getText());
}

class SqliteCpp final : public PeerSide {
 public:
  explicit SqliteCpp(const Target& target)
      : db_(target.file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    for (const std::string& setting : target.settings) db_.exec(setting);
    if (target.connect_only) return;
    get_.emplace(db_, std::string(get_job.text(Engine::sqlite)));
    list_.emplace(db_, std::string(list_jobs.text(Engine::sqlite)));
    insert_.emplace(db_, std::string(insert_job.text(Engine::sqlite)));
    update_.emplace(db_, std::string(update_job.text(Engine::sqlite)));
    upsert_.emplace(db_, std::string(upsert_job.text(Engine::sqlite)));
  }

  void begin(Work work) override {
    tx_.emplace(db_, work == Work::reads ? SQLite::TransactionBehavior::DEFERRED
                                         : SQLite::TransactionBehavior::IMMEDIATE);
  }
  void commit() override {
    tx_->commit();
    tx_.reset();
  }
  void rollback() override { tx_.reset(); }

  [[nodiscard]] Job get(std::string_view id) override {
    get_->bind(1, std::string(id));
    if (!get_->executeStep()) throw std::runtime_error("SQLiteCpp: no row");
    Job job;
    read(*get_, job);
    get_->reset();
    return job;
  }
  [[nodiscard]] std::vector<Job> list() override {
    std::vector<Job> jobs;
    while (list_->executeStep()) read(*list_, jobs.emplace_back());
    list_->reset();
    return jobs;
  }
  void insert(const Job& job) override { write(*insert_, job); }
  void upsert(const Job& job) override { write(*upsert_, job); }
  void update(const Job& job) override {
    bind(*update_, 1, job);
    update_->bind(5, format_timestamp(job.updated_at));
    update_->bind(6, job.id);
    run(*update_);
  }
  void insert_all(std::span<const Job> jobs) override {
    for (const Job& job : jobs) insert(job);
  }

 private:
  // From its name to its constraint.
  static void bind(SQLite::Statement& statement, int first, const Job& job) {
    statement.bind(first, job.name);
    statement.bind(first + 1, job.schedule);
    job.pod_spec ? statement.bind(first + 2, job.pod_spec->text) : statement.bind(first + 2);
    job.constraint_id ? statement.bind(first + 3, *job.constraint_id) : statement.bind(first + 3);
  }
  static void write(SQLite::Statement& statement, const Job& job) {
    statement.bind(1, job.id);
    bind(statement, 2, job);
    statement.bind(6, format_timestamp(job.created_at));
    statement.bind(7, format_timestamp(job.updated_at));
    run(statement);
  }
  static void run(SQLite::Statement& statement) {
    statement.exec();
    statement.reset();
  }

  SQLite::Database db_;
  std::optional<SQLite::Transaction> tx_;
  std::optional<SQLite::Statement> get_, list_, insert_, update_, upsert_;
};

}  // namespace

std::unique_ptr<Side> sqlitecpp(const Target& target) {
  return std::make_unique<SqliteCpp>(target);
}

}  // namespace lockstep::benchmarks
