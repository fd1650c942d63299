// SPDX-License-Identifier: BSL-1.0
// Run by ./bench peers, inside of tests/servers.
#include "benchmarks/peers/races.hpp"
#include "benchmarks/support/program.hpp"

namespace lockstep::benchmarks {
namespace {

Peer soci() {
  return {.name = "SOCI", .side = soci_once, .bulk = false, .connects = true, .threads = true};
}
Peer soci_keeping() {
  return {.name = "SOCI, kept", .side = soci_kept, .bulk = false, .threads = true};
}
Peer soci_by_vectors() { return {.name = "SOCI, vectors", .side = soci_vectors, .rows = false}; }

Peer go(const char* name, const char* way) {
  return {.name = name, .program = {LOCKSTEP_GO_PEER, way}};
}
Peer go_once(const char* name, const char* way = "once") {
  Peer peer = go(name, way);
  peer.bulk = peer.lists = false;  // as if it were kept
  peer.connects = true;
  return peer;
}
Peer copying(Peer peer) {
  peer.copies = true;
  return peer;
}
Peer connecting(Peer peer) {
  peer.connects = true;
  return peer;
}
Peer qt() { return {.name = "Qt SQL", .side = qt_sql, .connects = true}; }
Peer poco() { return {.name = "POCO Data", .side = poco_data, .connects = true, .threads = true}; }
Peer sqlalchemy() {
  return {.name = "SQLAlchemy", .program = {LOCKSTEP_SQLALCHEMY_PEER}, .connects = true};
}

std::vector<Peer> on_sqlite() {
  return {soci(),
          soci_keeping(),
          soci_by_vectors(),
          {.name = "SQLiteCpp", .side = sqlitecpp, .connects = true, .threads = true},
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
          copying({.name = "libpqxx", .side = libpqxx, .connects = true}),
          go_once("Go lib/pq"),
          copying(go("Go lib/pq, kept", "kept")),
          connecting(copying(go("Go pgx", "pgx"))),
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
  for (const Course& course :
       {Course{.engine = "SQLite memory",
               .url = places[0].url,
               .peers = on_sqlite(),
               .clock = Clock::cpu,
               .in_memory = true},
        Course{.engine = "SQLite file",
               .url = places[0].url,
               .peers = on_sqlite(),
               .clock = Clock::cpu},
        Course{.engine = "PostgreSQL", .url = places[1].url, .peers = on_postgres()},
        Course{.engine = "MariaDB", .url = places[2].url, .peers = on_mariadb()}}) {
    add_races(suite, course);
    add_reports(suite, course);
  }
  return suite;
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  using namespace lockstep::benchmarks;
  return run(argc, argv, {.make = make, .strict = false});
}
