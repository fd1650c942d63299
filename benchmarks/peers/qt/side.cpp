// SPDX-License-Identifier: BSL-1.0
// Times go as text: QDateTime has no microseconds.
#include <QCoreApplication>
#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>
#include <stdexcept>

#include "benchmarks/peers/peers.hpp"
#include "benchmarks/raw/text.hpp"

namespace lockstep::benchmarks {
namespace {

// Finds the drivers.
void start_application() {
  static int count = 1;
  static char name[] = "peers";
  static char* arguments[]{name, nullptr};
  static QCoreApplication application(count, arguments);
}

QSqlDatabase open(const Target& target) {
  static int opened = 0;
  start_application();
  const char* driver = target.engine == Engine::sqlite  ? "QSQLITE"
                       : target.engine == Engine::mysql ? "QMYSQL"
                                                        : "QPSQL";
  QSqlDatabase db = QSqlDatabase::addDatabase(driver, QString::number(++opened));
  if (target.engine == Engine::sqlite) {
    db.setDatabaseName(QString::fromStdString(target.file));
  } else {
    db.setHostName(QString::fromStdString(target.host));
    db.setPort(std::stoi(target.port));
    db.setUserName(QString::fromStdString(target.user));
    db.setPassword(QString::fromStdString(target.password));
    db.setDatabaseName(QString::fromStdString(target.database));
  }
  if (!db.open()) throw std::runtime_error("Qt: " + db.lastError().text().toStdString());
  return db;
}

QVariant value(const std::string& text) { return QString::fromStdString(text); }
QVariant value(Timestamp time) { return value(format_timestamp(time)); }
QVariant value(const std::optional<Json>& json) {
  return json ? value(json->text) : QVariant(QMetaType::fromType<QString>());
}
QVariant value(const std::optional<std::string>& id) {
  return id ? value(*id) : QVariant(QMetaType::fromType<QString>());
}

Job job_of(const QSqlQuery& row) {
  const auto text = [&](int i) { return row.value(i).toString().toStdString(); };
  Job job{.id = text(0), .name = text(1), .schedule = text(2)};
  if (!row.isNull(3)) job.pod_spec = Json{text(3)};
  if (!row.isNull(4)) job.constraint_id = text(4);
  job.created_at = instant_of(text(5));
  job.updated_at = instant_of(text(6));
  return job;
}

class Qt final : public PeerSide {
 public:
  explicit Qt(const Target& target) : db_(open(target)) {
    for (const std::string& setting : target.settings) {
      QSqlQuery query(db_);
      if (!query.exec(QString::fromStdString(setting))) fail(query);
    }
    if (target.connect_only) return;
    const auto prepared = [&](const Sql& sql) {
      return prepare(QString::fromStdString(with_question_marks(sql.text(target.engine))));
    };
    const std::string list = times_as_text(list_jobs.text(target.engine), target.engine);
    get_ = prepare(QString::fromStdString(list + " WHERE id = ?"));
    list_ = prepare(QString::fromStdString(list));
    insert_ = prepared(insert_job);
    update_ = prepared(update_job);
    upsert_ = prepared(upsert_job);
  }

  // Qt itself would keep the connection open to the end of the program.
  ~Qt() override { db_.close(); }
  Qt(const Qt&) = delete;
  Qt& operator=(const Qt&) = delete;

  void begin(Work) override { expect(db_.transaction()); }
  void commit() override { expect(db_.commit()); }
  void rollback() override { expect(db_.rollback()); }

  [[nodiscard]] Job get(std::string_view id) override {
    get_.bindValue(0, QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size())));
    run(get_);
    if (!get_.next()) fail(get_);
    Job job = job_of(get_);
    get_.finish();
    return job;
  }
  [[nodiscard]] std::vector<Job> list() override {
    run(list_);
    std::vector<Job> jobs;
    while (list_.next()) jobs.push_back(job_of(list_));
    list_.finish();
    return jobs;
  }
  void insert(const Job& job) override { write(insert_, job); }
  void upsert(const Job& job) override { write(upsert_, job); }
  void update(const Job& job) override {
    int place = 0;
    for (const QVariant& argument :
         {value(job.name), value(job.schedule), value(job.pod_spec), value(job.constraint_id),
          value(job.updated_at), value(job.id)}) {
      update_.bindValue(place++, argument);
    }
    run(update_);
  }
  void insert_all(std::span<const Job> jobs) override {
    QVariantList columns[7];
    for (const Job& job : jobs) {
      int place = 0;
      for (const QVariant& argument : row_of(job)) columns[place++] << argument;
    }
    for (int place = 0; place < 7; ++place) insert_.bindValue(place, columns[place]);
    if (!insert_.execBatch()) fail(insert_);
  }

 private:
  [[noreturn]] static void fail(const QSqlQuery& query) {
    throw std::runtime_error("Qt: " + query.lastError().text().toStdString());
  }
  void expect(bool right) const {
    if (!right) throw std::runtime_error("Qt: " + db_.lastError().text().toStdString());
  }
  static void run(QSqlQuery& query) {
    if (!query.exec()) fail(query);
  }
  static std::array<QVariant, 7> row_of(const Job& job) {
    return {value(job.id),       value(job.name),          value(job.schedule),
            value(job.pod_spec), value(job.constraint_id), value(job.created_at),
            value(job.updated_at)};
  }
  QSqlQuery prepare(const QString& text) {
    QSqlQuery query(db_);
    query.setForwardOnly(true);
    if (!query.prepare(text)) fail(query);
    return query;
  }
  static void write(QSqlQuery& query, const Job& job) {
    int place = 0;
    for (const QVariant& argument : row_of(job)) query.bindValue(place++, argument);
    run(query);
  }

  QSqlDatabase db_;
  QSqlQuery get_, list_, insert_, update_, upsert_;
};

}  // namespace

std::unique_ptr<Side> qt_sql(const Target& target) { return std::make_unique<Qt>(target); }

}  // namespace lockstep::benchmarks
