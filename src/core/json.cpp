// SPDX-License-Identifier: BSL-1.0
// The only place of the library that sees nlohmann/json: it checks, and never builds a document.
#include <nlohmann/json.hpp>

#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep {

void require_json(std::string_view what, std::string_view text) {
  require_text(what, text);
  // The parser skips a byte order mark, which the engines' own JSON functions do not.
  if (text.starts_with("\xEF\xBB\xBF") || !nlohmann::json::accept(text)) {
    raise(ErrorKind::invalid_argument, std::string(what) + ": not JSON");
  }
}

}  // namespace lockstep
