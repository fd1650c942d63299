// SPDX-License-Identifier: BSL-1.0
// Run by ./bench migrate.
#include "benchmarks/migrate/migrate.hpp"
#include "benchmarks/support/disk.hpp"
#include "benchmarks/support/program.hpp"

namespace lockstep::benchmarks {
namespace {

Suite make(const Options& options) {
  Suite suite{.cases = {}, .facts = versions({{"SQLite", sqlite_url(options.data)}})};
  add_files(suite, options.data);
  add_clones(suite);
  add_disk(suite, options.data);
  return suite;
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  return lockstep::benchmarks::run(argc, argv, {.make = lockstep::benchmarks::make});
}
