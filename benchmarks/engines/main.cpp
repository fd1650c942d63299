// SPDX-License-Identifier: BSL-1.0
// Run by ./bench, inside of tests/servers. What may come first: --threads, for ./bench threads; and
// --memory, by which it runs itself.
#include "benchmarks/engines/engines.hpp"
#include "benchmarks/raw/raw.hpp"
#include "benchmarks/support/program.hpp"

namespace lockstep::benchmarks {
namespace {

Contest in_memory(const std::string& file) {
  return {.engine = "SQLite memory",
          .url = file,
          .raw = raw_sqlite_in_memory,
          .clock = Clock::cpu,
          .in_memory = true};
}

Contest in_file(const std::string& file) {
  return {.engine = "SQLite file", .url = file, .raw = raw_sqlite, .clock = Clock::cpu};
}

Contest on_postgres(const std::string& url) {
  return {.engine = "PostgreSQL", .url = url, .raw = raw_postgres};
}

Contest on_mariadb(const std::string& url, MysqlBulk bulk) {
  return {.engine = "MariaDB", .url = url, .raw = [bulk](const std::string& target) {
            return raw_mysql(target, bulk);
          }};
}

void add_sqlite(Suite& suite, const Contest& contest) {
  add_reads(suite, contest);
  add_writes(suite, contest);
  add_claims(suite, contest);
  add_bulk(suite, contest, "insert_all of 100,000, against a kept statement", {.sqlite = 1.08});
  add_connects(suite, contest, connect_sqlite);
  add_pool(suite, contest);
}

void add_postgres(Suite& suite, const Contest& contest) {
  add_reads(suite, contest);
  add_writes(suite, contest);
  add_claims(suite, contest);
  add_bulk(suite, contest, "insert_all of 100,000, against binary COPY", {.postgres = 1.08});
  add_pipelines(suite, contest);
  add_connects(suite, contest, connect_postgres);
  add_pool(suite, contest);
}

void add_mariadb(Suite& suite, const Contest& contest, const Contest& by_array) {
  add_reads(suite, contest);
  add_writes(suite, contest);
  add_claims(suite, contest);
  add_bulk(suite, contest, "insert_all of 100,000, against VALUES of many rows",
           {.mariadb = 1.05});
  add_bulk(suite, by_array, "insert_all of 100,000, against an array", {.mariadb = 1.15}, true);
  add_connects(suite, contest, connect_mysql);
  add_pool(suite, contest);
}

Suite make(const Options& options) {
  const std::vector<Place> places = three_engines(options.data);
  Suite suite{.cases = {}, .facts = versions(places)};
  const Contest file = in_file(places[0].url);
  const Contest postgres = on_postgres(places[1].url);
  const Contest mariadb = on_mariadb(places[2].url, MysqlBulk::values);
  add_sqlite(suite, in_memory(places[0].url));
  add_sqlite(suite, file);
  add_postgres(suite, postgres);
  add_mariadb(suite, mariadb, on_mariadb(places[2].url, MysqlBulk::array));
  for (const Contest& contest : {file, postgres, mariadb}) {
    add_growth(suite, contest);
    add_memory(suite, contest);
  }
  return suite;
}

Suite make_threads(const Options& options) {
  const std::vector<Place> places = three_engines(options.data);
  Suite suite{.cases = {}, .facts = versions(places)};
  for (const Contest& contest : {in_file(places[0].url), on_postgres(places[1].url),
                                 on_mariadb(places[2].url, MysqlBulk::values)}) {
    for (const int threads : {1, 2, 4, 8}) add_threads(suite, contest, threads);
  }
  return suite;
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  using namespace lockstep::benchmarks;
  if (argc > 1 && std::string_view(argv[1]) == "--memory") {
    return run_memory(argc, argv,
                      {in_file(""), on_postgres(""), on_mariadb("", MysqlBulk::values)});
  }
  if (argc > 1 && std::string_view(argv[1]) == "--threads") {
    return run(argc - 1, argv + 1, {.make = make_threads, .strict = false});
  }
  return run(argc, argv, {.make = make, .strict = false});
}
