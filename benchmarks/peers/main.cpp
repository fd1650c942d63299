// SPDX-License-Identifier: BSL-1.0
// Run by ./bench peers, inside of tests/servers.
#include "benchmarks/peers/races.hpp"
#include "benchmarks/support/program.hpp"

namespace lockstep::benchmarks {
namespace {

Peer soci() { return {.name = "SOCI", .side = soci_once, .bulk = false}; }
Peer soci_keeping() { return {.name = "SOCI, kept", .side = soci_kept, .bulk = false}; }
Peer soci_by_vectors() { return {.name = "SOCI, vectors", .side = soci_vectors, .rows = false}; }

Suite make(const Options& options) {
  const std::vector<Place> places = three_engines(options.data);
  const std::vector<Peer> on_sqlite{
      soci(), soci_keeping(), soci_by_vectors(), {.name = "SQLiteCpp", .side = sqlitecpp}};
  const std::vector<Peer> on_postgres{
      soci(), soci_keeping(), soci_by_vectors(),
      {.name = "libpqxx", .side = libpqxx, .copies = true}};
  const std::vector<Peer> on_mariadb{soci(), soci_keeping(), soci_by_vectors()};
  Suite suite{.cases = {}, .facts = versions(places)};
  add_races(suite, {.engine = "SQLite memory",
                    .url = places[0].url,
                    .peers = on_sqlite,
                    .clock = Clock::cpu,
                    .in_memory = true});
  add_races(suite, {.engine = "SQLite file",
                    .url = places[0].url,
                    .peers = on_sqlite,
                    .clock = Clock::cpu});
  add_races(suite, {.engine = "PostgreSQL", .url = places[1].url, .peers = on_postgres});
  add_races(suite, {.engine = "MariaDB", .url = places[2].url, .peers = on_mariadb});
  return suite;
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  using namespace lockstep::benchmarks;
  return run(argc, argv, {.make = make, .strict = false});
}
