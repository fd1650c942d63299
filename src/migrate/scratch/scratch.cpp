// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scratch.hpp"

#include "migrate/scratch/own_database.hpp"

namespace lockstep {
struct ScratchDatabase::State {
  detail::OwnDatabase own;
};

// A refusal says what was tried: the statement is none of the user's.
ScratchDatabase::ScratchDatabase(std::string_view url, DatabaseOptions options) try
    : state_(new State{{url, scratch_prefix, std::move(options)}}) {
} catch (const PermissionDenied& error) {
  ErrorInfo info = error.info();
  info.what = "no right to make a scratch database beside " + Dsn::parse(url).redacted();
  raise(std::move(info));
}

ScratchDatabase::ScratchDatabase(ScratchDatabase&&) noexcept = default;
ScratchDatabase::~ScratchDatabase() = default;

Database& ScratchDatabase::db() noexcept { return state_->own.db(); }

const std::string& ScratchDatabase::url() const noexcept { return state_->own.url(); }

const std::string& ScratchServers::of(Engine engine) const noexcept {
  switch (engine) {
    case Engine::postgres:
      return postgres;
    case Engine::mysql:
      return mysql;
    case Engine::sqlite:
      break;
  }
  return sqlite;
}

}  // namespace lockstep
