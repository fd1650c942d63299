// SPDX-License-Identifier: BSL-1.0
// Times go as text: Poco::DateTime is bound without microseconds on some engines.
#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include "benchmarks/peers/peers.hpp"
#include "benchmarks/raw/text.hpp"

namespace lockstep::benchmarks {
namespace {

using Poco::Nullable;
using Poco::Data::Statement;
using namespace Poco::Data::Keywords;

const char* connector_of(Engine engine) {
  switch (engine) {
    case Engine::sqlite: Poco::Data::SQLite::Connector::registerConnector(); return "SQLite";
    case Engine::postgres:
      Poco::Data::PostgreSQL::Connector::registerConnector();
      return "PostgreSQL";
    case Engine::mysql: Poco::Data::MySQL::Connector::registerConnector(); return "MySQL";
  }
  return "";
}

std::string address_of(const Target& target) {
  if (target.engine == Engine::sqlite) return target.file;
  const bool mysql = target.engine == Engine::mysql;
  return "host=" + target.host + (mysql ? ";port=" : " port=") + target.port +
         (mysql ? ";user=" : " user=") + target.user + (mysql ? ";password=" : " password=") +
         target.password + (mysql ? ";db=" : " dbname=") + target.database;
}

std::string text_of(const Sql& sql, Engine engine) {
  return engine == Engine::postgres ? numbered(sql.text(engine))
                                    : with_question_marks(sql.text(engine));
}

// On MySQL POCO 1.11 reads no time into a text, and of a LONGTEXT what was in its buffer before.
std::string readable(std::string text, Engine engine) {
  if (engine != Engine::mysql) return text;
  constexpr std::string_view column = "pod_spec";
  text.replace(text.find(column), column.size(), "CAST(pod_spec AS CHAR(1000))");
  return times_as_text(text, engine);
}

// What statements are bound to.
struct Fields {
  std::string id, name, schedule, created_at, updated_at;
  Nullable<std::string> pod_spec, constraint_id;

  void set(const Job& job) {
    id = job.id;
    name = job.name;
    schedule = job.schedule;
    pod_spec = job.pod_spec ? Nullable<std::string>(job.pod_spec->text) : Nullable<std::string>();
    constraint_id =
        job.constraint_id ? Nullable<std::string>(*job.constraint_id) : Nullable<std::string>();
    created_at = format_timestamp(job.created_at);
    updated_at = format_timestamp(job.updated_at);
  }
};

// Columns of the rows that were read.
struct Columns {
  std::vector<std::string> ids, names, schedules, created, updated;
  std::vector<Nullable<std::string>> pod_specs, constraint_ids;

  void clear() { *this = {}; }
  [[nodiscard]] Job job(std::size_t i) const {
    Job out{.id = ids[i], .name = names[i], .schedule = schedules[i]};
    if (!pod_specs[i].isNull()) out.pod_spec = Json{pod_specs[i].value()};
    if (!constraint_ids[i].isNull()) out.constraint_id = constraint_ids[i].value();
    out.created_at = instant_of(created[i]);
    out.updated_at = instant_of(updated[i]);
    return out;
  }
};

class PocoData final : public PeerSide {
 public:
  explicit PocoData(const Target& target)
      : session_(connector_of(target.engine), address_of(target)),
        get_(session_),
        list_(session_),
        insert_(session_),
        update_(session_),
        upsert_(session_) {
    for (const std::string& setting : target.settings) session_ << setting, now;
    get_ << readable(text_of(get_job, target.engine), target.engine), use(key_), into(one_.id), into(one_.name),
        into(one_.schedule), into(one_.pod_spec), into(one_.constraint_id), into(one_.created_at),
        into(one_.updated_at);
    list_ << readable(text_of(list_jobs, target.engine), target.engine), into(all_.ids), into(all_.names),
        into(all_.schedules), into(all_.pod_specs), into(all_.constraint_ids), into(all_.created),
        into(all_.updated);
    bind(insert_, text_of(insert_job, target.engine));
    bind(upsert_, text_of(upsert_job, target.engine));
    update_ << text_of(update_job, target.engine), use(row_.name), use(row_.schedule),
        use(row_.pod_spec), use(row_.constraint_id), use(row_.updated_at), use(row_.id);
  }

  void begin(Work) override { session_.begin(); }
  void commit() override { session_.commit(); }
  void rollback() override { session_.rollback(); }

  [[nodiscard]] Job get(std::string_view id) override {
    key_ = id;
    if (run(get_) != 1) throw std::runtime_error("POCO: no row");
    Job job{.id = one_.id, .name = one_.name, .schedule = one_.schedule};
    if (!one_.pod_spec.isNull()) job.pod_spec = Json{one_.pod_spec.value()};
    if (!one_.constraint_id.isNull()) job.constraint_id = one_.constraint_id.value();
    job.created_at = instant_of(one_.created_at);
    job.updated_at = instant_of(one_.updated_at);
    return job;
  }
  [[nodiscard]] std::vector<Job> list() override {
    all_.clear();
    run(list_);
    std::vector<Job> jobs;
    jobs.reserve(all_.ids.size());
    for (std::size_t i = 0; i < all_.ids.size(); ++i) jobs.push_back(all_.job(i));
    return jobs;
  }
  void insert(const Job& job) override { write(insert_, job); }
  void update(const Job& job) override { write(update_, job); }
  void upsert(const Job& job) override { write(upsert_, job); }
  void insert_all(std::span<const Job> jobs) override {
    for (const Job& job : jobs) insert(job);
  }

 private:
  void bind(Statement& statement, const std::string& text) {
    statement << text, use(row_.id), use(row_.name), use(row_.schedule), use(row_.pod_spec),
        use(row_.constraint_id), use(row_.created_at), use(row_.updated_at);
  }
  // What POCO throws has only the name of its class as what().
  static std::size_t run(Statement& statement) {
    try {
      return statement.execute();
    } catch (const Poco::Exception& e) {
      throw std::runtime_error("POCO: " + e.displayText());
    }
  }
  void write(Statement& statement, const Job& job) {
    row_.set(job);
    run(statement);
  }

  Poco::Data::Session session_;
  Fields one_, row_;
  Columns all_;
  std::string key_;
  Statement get_, list_, insert_, update_, upsert_;
};

}  // namespace

std::unique_ptr<Side> poco_data(const Target& target) { return std::make_unique<PocoData>(target); }

}  // namespace lockstep::benchmarks
