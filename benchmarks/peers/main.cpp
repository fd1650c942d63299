// SPDX-License-Identifier: BSL-1.0
// Run by ./bench peers, inside of tests/servers.
#include "benchmarks/peers/races.hpp"
#include "benchmarks/support/program.hpp"

namespace lockstep::benchmarks {
namespace {

Peer soci() { return {.name = "SOCI", .side = soci_once, .bulk = false}; }
Peer soci_keeping() { return {.name = "SOCI, kept", .side = soci_kept, .bulk = false}; }
Peer soci_by_vectors() { return {.name = "SOCI, vectors", .side = soci_vectors, .rows = false}; }

Peer go(const char* name, const char* way) {
  return {.name = name, .program = {LOCKSTEP_GO_PEER, way}};
}
Peer go_once(const char* name, const char* way = "once") {
  Peer peer = go(name, way);
  peer.bulk = peer.lists = false;  // as if it were kept
  return peer;
}
Peer copying(Peer peer) {
  peer.copies = true;
  return peer;
}
Peer qt() { return {.name = "Qt SQL", .side = qt_sql}; }
Peer poco() { return {.name = "POCO Data", .side = poco_data}; }
Peer sqlalchemy() { return {.name = "SQLAlchemy", .program = {LOCKSTEP_SQLALCHEMY_PEER}}; }

std::vector<Peer> on_sqlite() {
  return {soci(),
          soci_keeping(),
          soci_by_vectors(),
          {.name = "SQLiteCpp", .side = sqlitecpp},
          go_once("Go mattn"),
          go("Go mattn, kept", "kept"),
          qt(),
          poco(),
          sqlalchemy()};
}

std::vector<Peer> on_postgres() {
  return {soci(),
          soci_keeping(),
          soci_by_vectors(),
          copying({.name = "libpqxx", .side = libpqxx}),
          go_once("Go lib/pq"),
          copying(go("Go lib/pq, kept", "kept")),
          copying(go("Go pgx", "pgx")),
          qt(),
          poco(),
          sqlalchemy()};
}

std::vector<Peer> on_mariadb() {
  return {soci(),
          soci_keeping(),
          soci_by_vectors(),
          go_once("Go mysql"),
          go_once("Go mysql, interpolated", "interpolated"),
          go("Go mysql, kept", "kept"),
          qt(),
          poco(),
          sqlalchemy()};
}

Suite make(const Options& options) {
  const std::vector<Place> places = three_engines(options.data);
  Suite suite{.cases = {}, .facts = versions(places)};
  add_races(suite, {.engine = "SQLite memory",
                    .url = places[0].url,
                    .peers = on_sqlite(),
                    .clock = Clock::cpu,
                    .in_memory = true});
  add_races(suite, {.engine = "SQLite file",
                    .url = places[0].url,
                    .peers = on_sqlite(),
                    .clock = Clock::cpu});
  add_races(suite, {.engine = "PostgreSQL", .url = places[1].url, .peers = on_postgres()});
  add_races(suite, {.engine = "MariaDB", .url = places[2].url, .peers = on_mariadb()});
  return suite;
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  using namespace lockstep::benchmarks;
  return run(argc, argv, {.make = make, .strict = false});
}
