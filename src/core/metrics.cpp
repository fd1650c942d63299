// SPDX-License-Identifier: BSL-1.0
#include "lockstep/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>

namespace lockstep {
namespace {

constexpr std::array<double, 13> usual_buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                               0.1,    0.25,  0.5,    1,     2.5,  10};

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// The shortest text that reads back as the same number.
std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string number(int value) { return std::to_string(value); }

// A label's value may hold anything; these three are escaped.
std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

using Label = std::pair<std::string_view, std::string_view>;

std::string braces(std::initializer_list<Label> labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (value.empty()) continue;
    text += text.empty() ? "{" : ",";
    text += std::string(name) + "=\"" + escaped(value) + "\"";
  }
  return text.empty() ? text : text + "}";
}

// The lines of one exposition.
class Page {
 public:
  void head(std::string_view name, std::string_view type, std::string_view help) {
    text_ += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " +
             std::string(name) + " " + std::string(type) + "\n";
  }
  template <class T>
  void line(std::string_view name, std::initializer_list<Label> labels, T value) {
    text_ += std::string(name) + braces(labels) + " " + number(value) + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

struct Histogram {
  std::vector<std::uint64_t> counts;  // one per bucket, and one for what is above them all
  double sum = 0;

  void add(double value, const std::vector<double>& buckets) {
    counts.resize(buckets.size() + 1);
    const auto at = std::lower_bound(buckets.begin(), buckets.end(), value) - buckets.begin();
    ++counts[static_cast<std::size_t>(at)];
    sum += value;
  }
  void write(Page& page, const std::string& name, const std::vector<double>& buckets, Label first,
             Label second) const {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      count += counts[i];
      const std::string limit = i < buckets.size() ? number(buckets[i]) : "+Inf";
      page.line(name + "_bucket", {first, second, {"le", limit}}, count);
    }
    page.line(name + "_sum", {first, second}, sum);
    page.line(name + "_count", {first, second}, count);
  }
};

struct StatementCounts {
  Histogram duration;
  std::uint64_t rows = 0;
};

}  // namespace

struct Metrics::Counts {
  using Statement = std::pair<std::string_view, Engine>;  // names live as long as the program

  std::vector<double> buckets;
  mutable std::mutex mutex;
  std::map<Statement, StatementCounts> statements;
  std::map<std::tuple<std::string_view, Engine, ErrorKind>, std::uint64_t> errors;
  std::map<std::pair<PoolEvent::Kind, Engine>, Histogram> pool;

  void write_statements(Page& page) const;
  void write_pool_events(Page& page) const;
};

Metrics::Metrics(std::vector<double> buckets) : counts_(std::make_unique<Counts>()) {
  if (buckets.empty()) buckets.assign(usual_buckets.begin(), usual_buckets.end());
  double before = 0;
  for (const double bucket : buckets) {
    if (!(bucket > before) || std::isinf(bucket)) {
      raise(ErrorKind::invalid_argument, "buckets must ascend, above zero and finite");
    }
    before = bucket;
  }
  counts_->buckets = std::move(buckets);
}

Metrics::~Metrics() = default;

void Metrics::on_statement(const StatementEvent& event) {
  const std::lock_guard lock(counts_->mutex);
  StatementCounts& counts = counts_->statements[{event.name, event.engine}];
  counts.duration.add(seconds(event.execute + event.fetch), counts_->buckets);
  counts.rows += event.rows;
  if (event.error) ++counts_->errors[{event.name, event.engine, *event.error}];
}

void Metrics::on_pool(const PoolEvent& event) {
  const std::lock_guard lock(counts_->mutex);
  counts_->pool[{event.kind, event.engine}].add(seconds(event.duration), counts_->buckets);
}

void Metrics::Counts::write_statements(Page& page) const {
  page.head("lockstep_statement_duration_seconds", "histogram",
            "Time of a statement from its start to its last row, without the wait for a "
            "connection.");
  for (const auto& [key, counts] : statements) {
    counts.duration.write(page, "lockstep_statement_duration_seconds", buckets,
                          {"statement", key.first}, {"engine", to_string(key.second)});
  }
  page.head("lockstep_statement_rows_total", "counter", "Rows that statements read or matched.");
  for (const auto& [key, counts] : statements) {
    page.line("lockstep_statement_rows_total",
              {{"statement", key.first}, {"engine", to_string(key.second)}}, counts.rows);
  }
  page.head("lockstep_statement_errors_total", "counter", "Statements that failed, by kind.");
  for (const auto& [key, count] : errors) {
    const auto& [name, engine, kind] = key;
    page.line("lockstep_statement_errors_total",
              {{"statement", name}, {"engine", to_string(engine)}, {"kind", to_string(kind)}},
              count);
  }
}

void Metrics::Counts::write_pool_events(Page& page) const {
  page.head(
      "lockstep_pool_event_duration_seconds", "histogram",
      "What pools did, and the time of it: connecting, waiting, out on loan, age at the end.");
  for (const auto& [key, histogram] : pool) {
    histogram.write(page, "lockstep_pool_event_duration_seconds", buckets,
                    {"event", to_string(key.first)}, {"engine", to_string(key.second)});
  }
}

std::string Metrics::prometheus() const {
  Page page;
  const std::lock_guard lock(counts_->mutex);
  counts_->write_statements(page);
  counts_->write_pool_events(page);
  return page.take();
}

std::string Metrics::prometheus(const PoolStats& pool, std::string_view database) const {
  const Label label{"database", database};
  Page page;
  page.head("lockstep_pool_connections", "gauge", "Open connections of the pool, by state.");
  page.line("lockstep_pool_connections", {label, {"state", "idle"}}, pool.idle);
  page.line("lockstep_pool_connections", {label, {"state", "in_use"}}, pool.in_use);
  page.head("lockstep_pool_connections_max", "gauge", "Most connections that the pool opens.");
  page.line("lockstep_pool_connections_max", {label}, pool.max_open_connections);
  const auto counter = [&](std::string_view name, std::string_view help, auto value) {
    page.head(name, "counter", help);
    page.line(name, {label}, value);
  };
  counter("lockstep_pool_acquired_total", "Leases given out.", pool.acquired);
  counter("lockstep_pool_waits_total", "Acquires that had to wait.", pool.wait_count);
  counter("lockstep_pool_wait_seconds_total", "Time of these waits.", seconds(pool.wait_time));
  counter("lockstep_pool_timeouts_total", "Acquires that ended in AcquireTimeout.", pool.timeouts);
  counter("lockstep_pool_opened_total", "Connections opened.", pool.opened);
  counter("lockstep_pool_open_failures_total", "Attempts to connect that failed.",
          pool.open_failures);
  page.head("lockstep_pool_closed_total", "counter", "Connections closed, by reason.");
  page.line("lockstep_pool_closed_total", {label, {"reason", "broken"}}, pool.closed_broken);
  page.line("lockstep_pool_closed_total", {label, {"reason", "surplus"}}, pool.closed_idle);
  page.line("lockstep_pool_closed_total", {label, {"reason", "idle_time"}}, pool.closed_idle_time);
  page.line("lockstep_pool_closed_total", {label, {"reason", "lifetime"}}, pool.closed_lifetime);
  counter("lockstep_statement_cache_hits_total", "Statements that were prepared already.",
          pool.cache_hits);
  counter("lockstep_statement_cache_misses_total", "Statements that had to be prepared.",
          pool.cache_misses);
  counter("lockstep_statement_cache_evictions_total",
          "Prepared statements dropped for want of room.", pool.cache_evictions);
  return prometheus() + page.take();
}

}  // namespace lockstep
