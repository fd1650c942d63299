// SPDX-License-Identifier: BSL-1.0
#include <array>

#include "chaos/migrator_promises.hpp"
#include "chaos/promise.hpp"
#include "chaos/server_promises.hpp"
#include "chaos/sqlite_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr std::array all{
    Promise{"kill-postgres", of<killed_under_load, Engine::postgres>},
    Promise{"kill-mysql", of<killed_under_load, Engine::mysql>},
    Promise{"idle-postgres", of<idle_over_restart, Engine::postgres>},
    Promise{"idle-mysql", of<idle_over_restart, Engine::mysql>},
    Promise{"frozen-postgres", of<frozen_server, Engine::postgres>},
    Promise{"frozen-mysql", of<frozen_server, Engine::mysql>},
    Promise{"restarts-postgres", of<writers_through_restarts, Engine::postgres>},
    Promise{"restarts-mysql", of<writers_through_restarts, Engine::mysql>},
    Promise{"pooler-postgres", of<behind_pooler, Engine::postgres>},
    Promise{"close-postgres", of<close_with_leases, Engine::postgres>},
    Promise{"close-mysql", of<close_with_leases, Engine::mysql>},
    Promise{"kill-sqlite", sqlite_killed_writer},
    Promise{"writers-sqlite", sqlite_many_writers},
    Promise{"full-sqlite", sqlite_full_disk},
    Promise{"corrupt-sqlite", sqlite_corrupt_bytes},
    Promise{"migrator-kill-mysql", of<migrator_killed, Engine::mysql>},
    Promise{"migrator-starters-sqlite", migrator_starters_sqlite},
    Promise{"migrator-starters-postgres", of<migrator_starters, Engine::postgres>},
    Promise{"migrator-starters-mysql", of<migrator_starters, Engine::mysql>},
    Promise{"migrator-pooler-postgres", of<migrator_behind_pooler, Engine::postgres>},
};

constexpr std::array all_workers{
    Worker{"sqlite-writer", sqlite_writer},
    Worker{"sqlite-counter", sqlite_counter},
    Worker{"sqlite-filler", sqlite_filler},
    Worker{"sqlite-reader", sqlite_reader},
    Worker{"migrator", migrator_worker},
};

}  // namespace

std::span<const Promise> promises() noexcept { return all; }

std::span<const Worker> workers() noexcept { return all_workers; }

}  // namespace lockstep::chaos
