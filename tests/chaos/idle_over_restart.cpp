// SPDX-License-Identifier: BSL-1.0
#include <atomic>

#include "chaos/crew.hpp"
#include "chaos/server_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr int connections = 16;

// All at the same time, so that each needs a connection of its own.
void use_all(Database& db, Complaints& errors) {
  std::barrier together(connections);
  side_by_side(connections, [&](int) {
    try {
      Transaction tx = db.begin();
      static_cast<void>(tx.fetch_value<int>("SELECT 1"));
      together.arrive_and_wait();
      tx.commit();
    } catch (const Error& e) {
      together.arrive_and_drop();
      errors.add(describe(e));
    }
  });
}

}  // namespace

// In turn by kill -9 and in good order, and at once: nothing waits until the pool would look after
// its connections by itself.
std::vector<Verdict> idle_over_restart(const Server& server, const Scale& scale) {
  const int restarts = scale.of(5, 200);
  Database db =
      server.open({.max_open_connections = connections, .max_idle_connections = connections});
  Complaints errors;
  int idle = 0;
  use_all(db, errors);
  for (int i = 0; i < restarts; ++i) {
    idle += db.stats().idle;
    if (i % 2 == 0) server.kill();
    server.restart();
    use_all(db, errors);
  }
  const bool all_idle = idle == restarts * connections;
  return {{server.name() + ": restart with 16 idle connections",
           std::to_string(restarts) + " restarts",
           grouped(static_cast<std::size_t>(idle)) + " idle, errors " +
               std::to_string(errors.count()) + errors.text(),
           errors.count() == 0 && all_idle}};
}

}  // namespace lockstep::chaos
