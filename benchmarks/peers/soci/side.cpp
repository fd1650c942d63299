// SPDX-License-Identifier: BSL-1.0
// Times go as text: SOCI's type for them, std::tm, has no microseconds.
#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "benchmarks/peers/peers.hpp"

namespace lockstep::benchmarks {
namespace {

using soci::into;
using soci::use;

constexpr std::size_t batch = 1000;

soci::session open(const Target& target) {
  if (target.engine == Engine::sqlite) return {soci::sqlite3, target.file};
  const std::string text = "host='" + target.host + "' port='" + target.port + "' user='" +
                           target.user + "' password='" + target.password + "' dbname='" +
                           target.database + "'";
  if (target.engine == Engine::mysql) return {soci::mysql, text};
  return {soci::postgresql, text};
}

// What statements are bound to.
struct Fields {
  std::string id, name, schedule, pod_spec, constraint_id, created_at, updated_at;
  soci::indicator has_pod_spec = soci::i_null;
  soci::indicator has_constraint_id = soci::i_null;

  void set(const Job& job) {
    id = job.id;
    name = job.name;
    schedule = job.schedule;
    has_pod_spec = job.pod_spec ? soci::i_ok : soci::i_null;
    if (job.pod_spec) pod_spec = job.pod_spec->text;
    has_constraint_id = job.constraint_id ? soci::i_ok : soci::i_null;
    if (job.constraint_id) constraint_id = *job.constraint_id;
    created_at = format_timestamp(job.created_at);
    updated_at = format_timestamp(job.updated_at);
  }
  [[nodiscard]] Job job() const {
    Job out{.id = id, .name = name, .schedule = schedule};
    if (has_pod_spec == soci::i_ok) out.pod_spec = Json{pod_spec};
    if (has_constraint_id == soci::i_ok) out.constraint_id = constraint_id;
    out.created_at = instant_of(created_at);
    out.updated_at = instant_of(updated_at);
    return out;
  }
};

class Soci : public PeerSide {
 public:
  explicit Soci(const Target& target)
      : get_text_(get_job.text(target.engine)),
        list_text_(list_jobs.text(target.engine)),
        insert_text_(insert_job.text(target.engine)),
        update_text_(update_job.text(target.engine)),
        upsert_text_(upsert_job.text(target.engine)),
        sql_(open(target)) {
    for (const std::string& setting : target.settings) sql_ << setting;
  }

  void begin(Work) override { sql_.begin(); }
  void commit() override { sql_.commit(); }
  void rollback() override { sql_.rollback(); }

 protected:
  // The statement, prepared and bound to fields_.
  [[nodiscard]] soci::details::prepare_temp_type read(const std::string& text) {
    return (sql_.prepare << text, into(fields_.id), into(fields_.name), into(fields_.schedule),
            into(fields_.pod_spec, fields_.has_pod_spec),
            into(fields_.constraint_id, fields_.has_constraint_id), into(fields_.created_at),
            into(fields_.updated_at));
  }
  [[nodiscard]] soci::details::prepare_temp_type write(const std::string& text) {
    return (sql_.prepare << text, use(fields_.id), use(fields_.name), use(fields_.schedule),
            use(fields_.pod_spec, fields_.has_pod_spec),
            use(fields_.constraint_id, fields_.has_constraint_id), use(fields_.created_at),
            use(fields_.updated_at));
  }
  [[nodiscard]] soci::details::prepare_temp_type change(const std::string& text) {
    return (sql_.prepare << text, use(fields_.name), use(fields_.schedule),
            use(fields_.pod_spec, fields_.has_pod_spec),
            use(fields_.constraint_id, fields_.has_constraint_id), use(fields_.updated_at),
            use(fields_.id));
  }
  [[nodiscard]] std::vector<Job> all(soci::statement& statement) {
    std::vector<Job> jobs;
    statement.execute();
    while (statement.fetch()) jobs.push_back(fields_.job());
    return jobs;
  }

  std::string get_text_, list_text_, insert_text_, update_text_, upsert_text_;
  soci::session sql_;
  Fields fields_;
  std::string key_;
};

class Once final : public Soci {
 public:
  using Soci::Soci;

  [[nodiscard]] Job get(std::string_view id) override {
    key_ = id;
    soci::statement statement = (read(get_text_), use(key_));
    if (!statement.execute(true)) throw std::runtime_error("SOCI: no row");
    return fields_.job();
  }
  [[nodiscard]] std::vector<Job> list() override {
    soci::statement statement = read(list_text_);
    return all(statement);
  }
  void insert(const Job& job) override { run(job, write(insert_text_)); }
  void update(const Job& job) override { run(job, change(update_text_)); }
  void upsert(const Job& job) override { run(job, write(upsert_text_)); }
  void insert_all(std::span<const Job> jobs) override {
    for (const Job& job : jobs) insert(job);
  }

 private:
  void run(const Job& job, const soci::details::prepare_temp_type& bound) {
    fields_.set(job);
    soci::statement(bound).execute(true);
  }
};

class Kept final : public Soci {
 public:
  explicit Kept(const Target& target)
      : Soci(target),
        get_((read(get_text_), use(key_))),
        list_(read(list_text_)),
        insert_(write(insert_text_)),
        update_(change(update_text_)),
        upsert_(write(upsert_text_)) {}

  [[nodiscard]] Job get(std::string_view id) override {
    key_ = id;
    if (!get_.execute(true)) throw std::runtime_error("SOCI: no row");
    Job job = fields_.job();
    get_.fetch();  // without it SQLite's transaction stays open
    return job;
  }
  [[nodiscard]] std::vector<Job> list() override { return all(list_); }
  void insert(const Job& job) override { run(job, insert_); }
  void update(const Job& job) override { run(job, update_); }
  void upsert(const Job& job) override { run(job, upsert_); }
  void insert_all(std::span<const Job> jobs) override {
    for (const Job& job : jobs) insert(job);
  }

 private:
  void run(const Job& job, soci::statement& statement) {
    fields_.set(job);
    statement.execute(true);
  }

  soci::statement get_, list_, insert_, update_, upsert_;
};

// Columns of up to a batch of rows.
struct Vectors {
  std::vector<std::string> ids, names, schedules, pod_specs, constraint_ids, created, updated;
  std::vector<soci::indicator> has_pod_spec, has_constraint_id;

  void resize(std::size_t count) {
    for (auto* column : {&ids, &names, &schedules, &pod_specs, &constraint_ids, &created, &updated}) {
      column->resize(count);
    }
    has_pod_spec.resize(count);
    has_constraint_id.resize(count);
  }
  void set(std::size_t i, const Job& job) {
    ids[i] = job.id;
    names[i] = job.name;
    schedules[i] = job.schedule;
    has_pod_spec[i] = job.pod_spec ? soci::i_ok : soci::i_null;
    pod_specs[i] = job.pod_spec ? job.pod_spec->text : std::string();
    has_constraint_id[i] = job.constraint_id ? soci::i_ok : soci::i_null;
    constraint_ids[i] = job.constraint_id.value_or(std::string());
    created[i] = format_timestamp(job.created_at);
    updated[i] = format_timestamp(job.updated_at);
  }
  [[nodiscard]] Job job(std::size_t i) const {
    Job out{.id = ids[i], .name = names[i], .schedule = schedules[i]};
    if (has_pod_spec[i] == soci::i_ok) out.pod_spec = Json{pod_specs[i]};
    if (has_constraint_id[i] == soci::i_ok) out.constraint_id = constraint_ids[i];
    out.created_at = instant_of(created[i]);
    out.updated_at = instant_of(updated[i]);
    return out;
  }
};

class ByVectors final : public Soci {
 public:
  using Soci::Soci;

  [[nodiscard]] Job get(std::string_view) override { throw std::logic_error("SOCI: no vector"); }
  void insert(const Job&) override { throw std::logic_error("SOCI: no vector"); }
  void update(const Job&) override { throw std::logic_error("SOCI: no vector"); }
  void upsert(const Job&) override { throw std::logic_error("SOCI: no vector"); }

  [[nodiscard]] std::vector<Job> list() override {
    Vectors v;
    v.resize(batch);
    soci::statement statement =
        (sql_.prepare << list_text_, into(v.ids), into(v.names), into(v.schedules),
         into(v.pod_specs, v.has_pod_spec), into(v.constraint_ids, v.has_constraint_id),
         into(v.created), into(v.updated));
    statement.execute();
    std::vector<Job> jobs;
    while (statement.fetch()) {
      for (std::size_t i = 0; i < v.ids.size(); ++i) jobs.push_back(v.job(i));
      v.resize(batch);
    }
    return jobs;
  }
  void insert_all(std::span<const Job> jobs) override {
    Vectors v;
    for (std::size_t at = 0; at < jobs.size(); at += batch) {
      const std::size_t count = std::min(batch, jobs.size() - at);
      v.resize(count);
      for (std::size_t i = 0; i < count; ++i) v.set(i, jobs[at + i]);
      // A statement for each batch: SOCI 4.0 sends the first one again otherwise.
      sql_ << insert_text_, use(v.ids), use(v.names), use(v.schedules),
          use(v.pod_specs, v.has_pod_spec), use(v.constraint_ids, v.has_constraint_id),
          use(v.created), use(v.updated);
    }
  }
};

}  // namespace

std::unique_ptr<Side> soci_once(const Target& target) { return std::make_unique<Once>(target); }
std::unique_ptr<Side> soci_kept(const Target& target) { return std::make_unique<Kept>(target); }
std::unique_ptr<Side> soci_vectors(const Target& target) {
  return std::make_unique<ByVectors>(target);
}

}  // namespace lockstep::benchmarks
