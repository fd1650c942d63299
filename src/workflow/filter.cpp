// SPDX-License-Identifier: BSL-1.0
#include "filter.hpp"

namespace lockstep::workflow::detail {
namespace {

// More bytes than this no part of a key has that is worth to be looked for.
constexpr std::size_t search_size = 255;

// The LIKE pattern of a text that stands anywhere, with '!' as escape. Letters of ASCII get small.
std::string pattern_of(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return pattern + '%';
}

}  // namespace

Instants instants(std::optional<Timestamp> from, std::optional<Timestamp> until) {
  if (from) require_timestamp("from", *from);
  if (until) require_timestamp("until", *until);
  if (from && until && *until < *from) {
    raise(ErrorKind::invalid_argument, "the window ends before it begins");
  }
  const Timestamp first = from.value_or(first_instant);
  if (!until) return {first, last_instant};
  if (*until > first_instant) return {first, *until - std::chrono::microseconds(1)};
  return {last_instant, first_instant};  // before all time there is nothing
}

Selection select(const ExecutionFilter& filter) {
  if (filter.workflow_id) require_key("filter.workflow_id", *filter.workflow_id);
  require_text("filter.workflow_name_search", filter.workflow_name_search);
  if (filter.workflow_name_search.size() > search_size) {
    raise(ErrorKind::invalid_argument, "filter.workflow_name_search: longer than 255 bytes");
  }
  const auto [first, last] = instants(filter.started_after, filter.started_before);
  Selection selection{.workflow_id = filter.workflow_id,
                      .status = filter.status,
                      .from = first,
                      .last = last,
                      .pattern = {}};
  if (!filter.workflow_name_search.empty()) {
    selection.pattern = pattern_of(filter.workflow_name_search);
  }
  return selection;
}

}  // namespace lockstep::workflow::detail
