// SPDX-License-Identifier: BSL-1.0
// Run by ./bench domains, inside of tests/servers.
#include "benchmarks/domains/domains.hpp"
#include "benchmarks/support/disk.hpp"
#include "benchmarks/support/program.hpp"

namespace lockstep::benchmarks {
namespace {

Suite make(const Options& options) {
  const std::vector<Place> places = three_engines(options.data);
  Suite suite{.cases = {}, .facts = versions(places)};
  add_history(suite, places);
  add_loads(suite, places);
  add_saves(suite, places);
  add_jobs(suite, options.data);
  add_disk(suite, options.data);
  return suite;
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  return lockstep::benchmarks::run(argc, argv, {.make = lockstep::benchmarks::make});
}
