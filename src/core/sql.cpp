// SPDX-License-Identifier: BSL-1.0
#include "lockstep/sql.hpp"

namespace lockstep {

std::string_view to_string(Engine engine) noexcept {
  switch (engine) {
    case Engine::sqlite:
      return "sqlite";
    case Engine::postgres:
      return "postgres";
    case Engine::mysql:
      return "mysql";
  }
  return "";
}

}  // namespace lockstep
