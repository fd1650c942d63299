// SPDX-License-Identifier: BSL-1.0
#include "history.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "shelf.hpp"

namespace lockstep::workflow::detail {
namespace {

constexpr const char* history_name = "history";

std::string file_of_version(std::uint64_t number) { return file_of(std::to_string(number)); }

// Nullopt if a file of that name is no version.
std::optional<std::uint64_t> number_of(std::string_view file) {
  if (!file.ends_with(suffix)) return std::nullopt;
  file.remove_suffix(suffix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), number);
  if (error != std::errc() || end != file.data() + file.size()) return std::nullopt;
  if (number == 0 || std::to_string(number) != file) return std::nullopt;
  return number;
}

std::vector<std::uint64_t> numbers_in(const Folder& folder) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& file : folder.names()) {
    if (const auto number = number_of(file)) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string next_file(const std::vector<std::uint64_t>& numbers) {
  return file_of_version(numbers.empty() ? 1 : numbers.back() + 1);
}

}  // namespace

void History::add(std::string_view id, std::string_view text, mode_t mode) const {
  const Folder folder = open(id);
  folder.sweep();
  const auto numbers = numbers_in(folder);
  if (!numbers.empty()) {
    const std::string youngest = file_of_version(numbers.back());
    if (folder.read(youngest, options_.limits.bytes) == text) return;
  }
  folder.write(next_file(numbers), text, mode);
  prune(folder);
}

void History::take(std::string_view id, const Folder& folder, const std::string& file) const {
  const Folder versions = open(id);
  folder.move(file, versions, next_file(numbers_in(versions)));
  prune(versions);
}

std::vector<std::uint64_t> History::list(std::string_view id) const {
  const auto folder = find(id);
  return folder ? numbers_in(*folder) : std::vector<std::uint64_t>{};
}

WorkflowDefinition History::load(std::string_view id, std::uint64_t number) const {
  const auto folder = find(id);
  if (!folder) fail(file_of_version(number), ENOENT);
  return load_file(*folder, file_of_version(number), id, options_.limits);
}

std::optional<Folder> History::find(std::string_view id) const {
  const auto history = base_.find(history_name);
  return history ? history->find(std::string(id)) : std::nullopt;
}

Folder History::open(std::string_view id) const {
  return base_.below(history_name).below(std::string(id));
}

void History::prune(const Folder& folder) const {
  const auto numbers = numbers_in(folder);
  if (numbers.size() <= options_.kept_versions) return;
  const std::size_t surplus = numbers.size() - options_.kept_versions;
  for (std::size_t i = 0; i < surplus; ++i) folder.remove(file_of_version(numbers[i]));
}

}  // namespace lockstep::workflow::detail
