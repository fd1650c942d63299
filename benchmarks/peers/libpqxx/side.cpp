// SPDX-License-Identifier: BSL-1.0
#include <optional>
#include <pqxx/pqxx>

#include "benchmarks/peers/peers.hpp"
#include "benchmarks/raw/text.hpp"

namespace lockstep::benchmarks {
namespace {

Job job_of_row(const pqxx::row& row) {
  Job job;
  job.id = row[0].c_str();
  job.name = row[1].c_str();
  job.schedule = row[2].c_str();
  if (!row[3].is_null()) job.pod_spec = Json{row[3].c_str()};
  if (!row[4].is_null()) job.constraint_id = row[4].c_str();
  job.created_at = instant_of(row[5].c_str());
  job.updated_at = instant_of(row[6].c_str());
  return job;
}

// Null where there is none.
const char* text(const std::optional<Json>& json) { return json ? json->text.c_str() : nullptr; }
const char* text(const std::optional<std::string>& id) { return id ? id->c_str() : nullptr; }

class Libpqxx final : public PeerSide {
 public:
  explicit Libpqxx(const Target& target)
      : connection_("host=" + target.host + " port=" + target.port + " user=" + target.user +
                    " password=" + target.password + " dbname=" + target.database) {
    pqxx::nontransaction work(connection_);
    for (const std::string& setting : target.settings) work.exec0(setting);
    if (target.connect_only) return;
    const auto prepare = [&](const char* name, const Sql& sql) {
      connection_.prepare(name, numbered(sql.text(Engine::postgres)));
    };
    prepare("get", get_job);
    prepare("list", list_jobs);
    prepare("insert", insert_job);
    prepare("update", update_job);
    prepare("upsert", upsert_job);
  }

  void begin(Work work) override {
    if (work == Work::reads) {
      tx_ = std::make_unique<pqxx::read_transaction>(connection_);
    } else {
      tx_ = std::make_unique<pqxx::work>(connection_);
    }
  }
  void commit() override {
    tx_->commit();
    tx_.reset();
  }
  void rollback() override {
    tx_->abort();
    tx_.reset();
  }

  [[nodiscard]] Job get(std::string_view id) override {
    return job_of_row(tx_->exec_prepared1("get", std::string(id)));
  }
  [[nodiscard]] std::vector<Job> list() override {
    const pqxx::result result = tx_->exec_prepared("list");
    std::vector<Job> jobs;
    jobs.reserve(result.size());
    for (const pqxx::row& row : result) jobs.push_back(job_of_row(row));
    return jobs;
  }
  void insert(const Job& job) override { write("insert", job); }
  void upsert(const Job& job) override { write("upsert", job); }
  void update(const Job& job) override {
    tx_->exec_prepared0("update", job.name, job.schedule, text(job.pod_spec),
                        text(job.constraint_id), format_timestamp(job.updated_at), job.id);
  }
  void insert_all(std::span<const Job> jobs) override {
    pqxx::stream_to stream(*tx_, "jobs",
                           std::vector<std::string>{"id", "name", "schedule", "pod_spec",
                                                    "constraint_id", "created_at", "updated_at"});
    for (const Job& job : jobs) {
      stream << std::make_tuple(job.id, job.name, job.schedule, text(job.pod_spec),
                                text(job.constraint_id), format_timestamp(job.created_at),
                                format_timestamp(job.updated_at));
    }
    stream.complete();
  }

 private:
  void write(const char* statement, const Job& job) {
    tx_->exec_prepared0(statement, job.id, job.name, job.schedule, text(job.pod_spec),
                        text(job.constraint_id), format_timestamp(job.created_at),
                        format_timestamp(job.updated_at));
  }

  pqxx::connection connection_;
  std::unique_ptr<pqxx::transaction_base> tx_;
};

}  // namespace

std::unique_ptr<Side> libpqxx(const Target& target) { return std::make_unique<Libpqxx>(target); }

}  // namespace lockstep::benchmarks
