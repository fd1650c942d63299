// SPDX-License-Identifier: BSL-1.0
#include "lockstep/instances/import.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "json.hpp"
#include "schema.hpp"

namespace lockstep::instances {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view archive_name = "json_archive";

constexpr Sql any_sql = detail::statement("instances.import_json.any", R"(
SELECT id
FROM instances
ORDER BY id
LIMIT 1)");

bool is_empty(Executor& db) { return !db.fetch_optional<std::int64_t>(any_sql); }

[[noreturn]] void fail(std::string what, std::string details = {}) {
  ErrorInfo info;
  info.kind = ErrorKind::migration_failed;
  info.what = std::move(what) + "; nothing was stored or moved";
  info.statement = "instances.import_json";
  info.server_message = std::move(details);
  raise(std::move(info));
}

// The *.json files directly in `folder`, by name.
std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  if (folder.empty() || (!fs::exists(folder, failure) && !failure)) return files;
  std::error_code ignored;  // of an entry that leads nowhere
  fs::directory_iterator it(folder, failure);
  for (; !failure && it != fs::directory_iterator(); it.increment(failure)) {
    if (it->path().extension() == ".json" && it->is_regular_file(ignored)) {
      files.push_back(it->path());
    }
  }
  if (failure) fail("the folder cannot be read: " + failure.message());
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || text.bad()) raise(ErrorKind::invalid_data, "cannot be read");
  return std::move(text).str();
}

// What all files hold. MigrationFailed that names every bad one.
std::vector<Instance> read_files(const std::vector<fs::path>& files,
                                 std::vector<std::string>& notes) {
  std::vector<Instance> instances;
  std::map<std::string, std::string> origins;  // of names
  std::string bad;
  for (const fs::path& path : files) {
    const std::string file = path.filename().string();
    try {
      detail::InstanceFile read = detail::read_instance_file(read_file(path));
      const auto [origin, fresh] = origins.emplace(read.instance.name, file);
      if (!fresh) raise(ErrorKind::invalid_data, "name: as in " + origin->second);
      for (const std::string& note : read.notes) {
        notes.push_back(file);
        notes.back().append(": ").append(note);
      }
      instances.push_back(std::move(read.instance));
    } catch (const InvalidData& e) {
      if (!bad.empty()) bad += '\n';
      bad += file;
      bad += ": ";
      bad += e.what();
    }
  }
  if (bad.empty()) return instances;
  std::string line = bad;
  std::replace(line.begin(), line.end(), '\n', ';');
  fail("bad files: " + line, std::move(bad));
}

// False if there are instances by now.
bool store(Database& db, const std::vector<Instance>& instances) {
  try {
    return db.transaction([&](Transaction& tx) {
      if (!is_empty(tx)) return false;
      for (const Instance& instance : instances) create_instance(tx, instance);
      return true;
    });
  } catch (const Duplicate&) {
    fail("an instance of the same name was stored meanwhile");
  }
}

// The first of "a.json", "a.1.json", "a.2.json", ... that is not taken.
fs::path free_place(const fs::path& archive, const fs::path& file) {
  fs::path place = archive / file.filename();
  for (int n = 1; fs::exists(fs::symlink_status(place)); ++n) {
    const std::string name = file.stem().string() + "." + std::to_string(n);
    place = archive / (name + file.extension().string());
  }
  return place;
}

void move_to(const fs::path& archive, const fs::path& file) {
  if (fs::create_directory(archive)) {
    using enum fs::perms;
    fs::permissions(archive, owner_all | group_read | group_exec | others_read | others_exec);
  }
  fs::rename(file, free_place(archive, file));
}

void leave(const fs::path& file, const std::string& why, ImportResult& result) {
  result.left_behind.push_back(file.filename().string());
  result.notes.push_back(file.filename().string() + ": left behind: " + why);
}

}  // namespace

std::span<const Sql* const> detail::import_statements() noexcept {
  static constexpr std::array all{&any_sql};
  return all;
}

ImportResult import_json(Database& db, const fs::path& folder) {
  ImportResult result;
  const std::vector<fs::path> files = json_files(folder);
  result.found = files.size();
  if (files.empty()) return result;
  if (!is_empty(db) || !store(db, read_files(files, result.notes))) {
    result.notes.clear();
    for (const fs::path& file : files) leave(file, "there are instances already", result);
    return result;
  }
  result.imported = files.size();
  for (const fs::path& file : files) {
    try {
      move_to(folder / archive_name, file);
      ++result.archived;
    } catch (const fs::filesystem_error& e) {
      leave(file, e.code().message(), result);
    }
  }
  return result;
}

}  // namespace lockstep::instances
