// SPDX-License-Identifier: BSL-1.0
#include "lockstep/metrics.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace lockstep;
using std::chrono::milliseconds;

TEST_CASE("metrics: the exposition, line for line") {
  Metrics metrics({0.01, 1});
  StatementEvent get{.name = "jobs.get", .engine = Engine::sqlite, .at = {}};
  get.execute = milliseconds(250);
  get.fetch = milliseconds(250);
  get.wait = std::chrono::hours(1);  // not a part of the duration
  get.rows = 3;
  metrics.on_statement(get);
  get.execute = get.fetch = milliseconds(0);
  get.rows = 0;
  get.error = ErrorKind::not_found;
  metrics.on_statement(get);
  metrics.on_statement(
      {.name = "jobs.list", .engine = Engine::postgres, .at = {}, .execute = milliseconds(2000)});
  metrics.on_pool(
      {.kind = PoolEvent::Kind::opened, .engine = Engine::mysql, .duration = milliseconds(10)});
  CHECK(
      metrics.prometheus() ==
      R"(# HELP lockstep_statement_duration_seconds Time of a statement from its start to its last row, without the wait for a connection.
# TYPE lockstep_statement_duration_seconds histogram
lockstep_statement_duration_seconds_bucket{statement="jobs.get",engine="sqlite",le="0.01"} 1
lockstep_statement_duration_seconds_bucket{statement="jobs.get",engine="sqlite",le="1"} 2
lockstep_statement_duration_seconds_bucket{statement="jobs.get",engine="sqlite",le="+Inf"} 2
lockstep_statement_duration_seconds_sum{statement="jobs.get",engine="sqlite"} 0.5
lockstep_statement_duration_seconds_count{statement="jobs.get",engine="sqlite"} 2
lockstep_statement_duration_seconds_bucket{statement="jobs.list",engine="postgres",le="0.01"} 0
lockstep_statement_duration_seconds_bucket{statement="jobs.list",engine="postgres",le="1"} 0
lockstep_statement_duration_seconds_bucket{statement="jobs.list",engine="postgres",le="+Inf"} 1
lockstep_statement_duration_seconds_sum{statement="jobs.list",engine="postgres"} 2
lockstep_statement_duration_seconds_count{statement="jobs.list",engine="postgres"} 1
# HELP lockstep_statement_rows_total Rows that statements read or matched.
# TYPE lockstep_statement_rows_total counter
lockstep_statement_rows_total{statement="jobs.get",engine="sqlite"} 3
lockstep_statement_rows_total{statement="jobs.list",engine="postgres"} 0
# HELP lockstep_statement_errors_total Statements that failed, by kind.
# TYPE lockstep_statement_errors_total counter
lockstep_statement_errors_total{statement="jobs.get",engine="sqlite",kind="not_found"} 1
# HELP lockstep_pool_event_duration_seconds What pools did, and the time of it: connecting, waiting, out on loan, age at the end.
# TYPE lockstep_pool_event_duration_seconds histogram
lockstep_pool_event_duration_seconds_bucket{event="opened",engine="mysql",le="0.01"} 1
lockstep_pool_event_duration_seconds_bucket{event="opened",engine="mysql",le="1"} 1
lockstep_pool_event_duration_seconds_bucket{event="opened",engine="mysql",le="+Inf"} 1
lockstep_pool_event_duration_seconds_sum{event="opened",engine="mysql"} 0.01
lockstep_pool_event_duration_seconds_count{event="opened",engine="mysql"} 1
)");
}

TEST_CASE("metrics: the state of a pool, with a label that needs escapes") {
  const Metrics metrics;
  PoolStats pool;
  pool.idle = 2;
  pool.in_use = 3;
  pool.wait_time = milliseconds(1500);
  pool.closed_lifetime = 7;
  const std::string text = metrics.prometheus(pool, "a\"b\\c\nd");
  const std::string label = R"({database="a\"b\\c\nd")";
  CHECK(text.find("lockstep_pool_connections" + label + ",state=\"idle\"} 2\n") != text.npos);
  CHECK(text.find("lockstep_pool_wait_seconds_total" + label + "} 1.5\n") != text.npos);
  CHECK(text.find("lockstep_pool_closed_total" + label + ",reason=\"lifetime\"} 7\n") != text.npos);
  CHECK(metrics.prometheus(pool).find("lockstep_pool_opened_total 0\n") != text.npos);
}

TEST_CASE("metrics: buckets must ascend") {
  CHECK_THROWS_AS(Metrics({1, 1}), InvalidArgument);
  CHECK_THROWS_AS(Metrics({0}), InvalidArgument);
  CHECK_THROWS_AS(Metrics({2, 1}), InvalidArgument);
  CHECK_THROWS_AS(Metrics({std::numeric_limits<double>::infinity()}), InvalidArgument);
  CHECK_THROWS_AS(Metrics({std::numeric_limits<double>::quiet_NaN()}), InvalidArgument);
}
