// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <fstream>
#include <map>

#include "lockstep/error.hpp"
#include "lockstep/migration_files.hpp"
#include "migrate/checksum.hpp"
#include "migrate/forms/form.hpp"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view head = "lockstep.sum 1 ";

// Of every .sql file below the folder, by its path.
std::map<std::string, std::string> sums_of(const fs::path& folder) {
  const detail::FolderSource source = detail::disk_source(folder);
  std::map<std::string, std::string> sums;
  for (const std::string& path : source.paths) {
    if (detail::is_sql_file(path)) sums.emplace(path, detail::text_checksum(source.read(path)));
  }
  return sums;
}

// "SHA  path", as sha256sum writes it.
std::string lines_of(const std::map<std::string, std::string>& sums) {
  std::string lines;
  for (const auto& [path, sum] : sums) lines += sum + "  " + path + '\n';
  return lines;
}

std::map<std::string, std::string> parse(std::istream& in, const fs::path& file) {
  std::map<std::string, std::string> sums;
  std::string line;
  if (!std::getline(in, line) || !line.starts_with(head)) {
    raise(ErrorKind::invalid_data, file.string() + ":1: it is no sum file of this format");
  }
  const std::string all = line.substr(head.size());
  constexpr std::size_t sum_size = 64;
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    if (line.size() < sum_size + 3 || line.substr(sum_size, 2) != "  ") {
      raise(ErrorKind::invalid_data,
            file.string() + ':' + std::to_string(number) + ": it is no line of a sum file");
    }
    sums.emplace(line.substr(sum_size + 2), line.substr(0, sum_size));
  }
  if (detail::sha256(lines_of(sums)) != all) {
    raise(ErrorKind::invalid_data,
          file.string() + ":1: it was not written for the lines below: two branches were merged");
  }
  return sums;
}

}  // namespace

void write_sum(const fs::path& folder) {
  const std::string lines = lines_of(sums_of(folder));
  std::ofstream out(folder / sum_file, std::ios::binary);
  out << head << detail::sha256(lines) << '\n' << lines;
  if (!out.flush()) {
    raise(ErrorKind::io_error, (folder / sum_file).string() + " cannot be written");
  }
}

std::vector<std::string> check_sum(const fs::path& folder) {
  std::ifstream in(folder / sum_file, std::ios::binary);
  if (!in) return {};
  const auto told = parse(in, folder / sum_file);
  const auto there = sums_of(folder);
  std::vector<std::string> faults;
  for (const auto& [path, sum] : there) {
    const auto found = told.find(path);
    if (found == told.end()) {
      faults.push_back(path + ": not in " + std::string(sum_file));
    } else if (found->second != sum) {
      faults.push_back(path + ": changed since " + std::string(sum_file) + " was written");
    }
  }
  for (const auto& [path, sum] : told) {
    if (!there.contains(path)) faults.push_back(path + ": in " + std::string(sum_file) + " alone");
  }
  return faults;
}

}  // namespace lockstep
