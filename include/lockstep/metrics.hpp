// SPDX-License-Identifier: BSL-1.0
// Metrics: an observer that counts, and writes its counts in the text format of Prometheus.
//
//     auto metrics = std::make_shared<lockstep::Metrics>();
//     auto db = lockstep::Database::open(url, {.observer = metrics});
//     serve("/metrics", [&] { return metrics->prometheus(db.stats()); });
//
// One series per named statement and engine; texts of the moment share the name "sql", so that the
// number of series has a bound. docs/observability.md lists the metrics.
//
// Thread rule: share it between threads, and between databases.
#pragma once

#include <memory>
#include <string>

#include "lockstep/observer.hpp"
#include "lockstep/pool_stats.hpp"

namespace lockstep {

class Metrics final : public Observer {
 public:
  // Upper bounds of the buckets of every histogram, in seconds, ascending and above zero; empty:
  // 0.5 ms to 10 s in thirteen steps. InvalidArgument otherwise.
  explicit Metrics(std::vector<double> buckets = {});
  ~Metrics() override;

  void on_statement(const StatementEvent& event) override;
  void on_pool(const PoolEvent& event) override;

  // The exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), statements
  // in the order of their names. Durations are in seconds.
  [[nodiscard]] std::string prometheus() const;
  // The same, and the state of one pool: `database` is its label, any text; empty: none.
  [[nodiscard]] std::string prometheus(const PoolStats& pool, std::string_view database = {}) const;

 private:
  struct Counts;
  std::unique_ptr<Counts> counts_;
};

}  // namespace lockstep
