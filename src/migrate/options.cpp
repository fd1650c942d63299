// SPDX-License-Identifier: BSL-1.0
#include "migrate/options.hpp"

#include <unistd.h>

#include <array>

#include "migrate/set_order.hpp"

namespace lockstep::detail {
namespace {

// What the ledger's columns hold.
constexpr std::size_t max_author_size = 255;

std::string host_name() {
  std::array<char, max_author_size + 1> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

void require_author(std::string_view what, std::string_view text) {
  require_text(what, text);
  if (text.size() > max_author_size) {
    raise(ErrorKind::invalid_argument, std::string(what) + ": more than 255 bytes");
  }
}

}  // namespace

void prepare_options(const Database& db, const MigrationSet& set, MigratorOptions& options) {
  if (set.engine() != db.dialect().engine) {
    raise(ErrorKind::invalid_argument, "the migrations are for " +
                                           std::string(to_string(set.engine())) +
                                           ", the database is " + std::string(db.dialect().name));
  }
  (void)in_order(set);  // or it throws
  if (options.host.empty()) options.host = host_name();
  require_author("applied_by", options.applied_by);
  require_author("host", options.host);
}

}  // namespace lockstep::detail
