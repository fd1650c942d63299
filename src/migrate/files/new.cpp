// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <fstream>

#include "lockstep/error.hpp"
#include "lockstep/migration_files.hpp"
#include "migrate/files/next_version.hpp"
#include "migrate/forms/layout.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

namespace fs = std::filesystem;
using detail::Form;

// Where an engine's files are, and how they are.
struct Place {
  std::string prefix;  // from the folder: "postgres/shop/"
  const Form* form = &detail::pairs_form;
  std::vector<std::string> versions = {};
  std::vector<std::string> names = {};
};

struct File {
  std::string path;
  std::string text;
};

void require_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  constexpr std::size_t most = 100;
  const bool letter = !name.empty() && name.front() != '-' && name.front() != '_';
  if (letter && name.size() <= most && std::ranges::all_of(name, allowed)) return;
  raise(ErrorKind::invalid_argument,
        "a migration's name is 1 to 100 letters, digits, '_' or '-', and begins with neither of the"
        " last two");
}

Place read_place(Engine engine, const detail::FolderSource& source, std::string prefix,
                 const std::string& domain) {
  Place place{std::move(prefix)};
  FolderOptions options;
  options.domain = domain;
  const detail::FormFolder folder = detail::open_folder(engine, source, options);
  place.prefix += folder.prefix;
  if (std::ranges::none_of(folder.files, detail::is_sql_file, &detail::FormFile::path))
    return place;
  place.form = &detail::detect_form(folder, source.name);
  for (const detail::Script& script : detail::read_folder(folder, source.name)) {
    if (!script.repeatable) place.versions.push_back(script.version);
    place.names.push_back(script.name);
  }
  return place;
}

Place read_place(Engine engine, const detail::FolderSource& source, const std::string& domain) {
  for (const detail::DomainFolder& each : detail::domain_folders(engine, source)) {
    if (each.domain == domain) return read_place(engine, each.source, each.prefix, domain);
  }
  if (!detail::domain_folders(engine, source).empty()) {
    raise(ErrorKind::invalid_argument, "the folder has a folder for each domain, and none for " +
                                           domain + ": name one, or make its folders");
  }
  return read_place(engine, source, "", domain);
}

std::vector<Place> read_places(const fs::path& folder, const std::string& domain) {
  const bool any = fs::is_directory(folder) && !fs::is_empty(folder);
  if (!any) return {{"sqlite/"}, {"postgres/"}, {"mysql/"}};
  const detail::FolderSource source = detail::disk_source(folder);
  std::vector<Place> places;
  for (const Engine engine : detail::engines_of(source)) {
    Place place = read_place(engine, source, domain);
    const bool same = std::ranges::find(places, place.prefix, &Place::prefix) != places.end();
    if (!same) places.push_back(std::move(place));
  }
  return places;
}

std::string highest_of(const std::vector<Place>& places) {
  std::string highest;
  for (const Place& place : places) {
    for (const std::string& version : place.versions) {
      if (std::is_lt(detail::compare_versions(highest, version))) highest = version;
    }
  }
  return highest;
}

// 20240102030405 as diesel writes it: 2024-01-02-030405.
std::string dashed(const std::string& version) {
  if (version.size() != 14) return version;
  return version.substr(0, 4) + '-' + version.substr(4, 2) + '-' + version.substr(6, 2) + '-' +
         version.substr(8);
}

std::vector<File> files_of(const Place& place, const std::string& version,
                           const std::string& name) {
  const std::string stem = place.prefix + version + '_' + name;
  const std::string up = "-- " + name + '\n';
  const std::string down = "-- undoes " + name + '\n';
  if (place.form == &detail::pairs_form)
    return {{stem + ".up.sql", up}, {stem + ".down.sql", down}};
  if (place.form == &detail::folders_form) {
    const std::string folder = place.prefix + dashed(version) + '_' + name;
    return {{folder + "/up.sql", up}, {folder + "/down.sql", down}};
  }
  if (place.form == &detail::flyway_form) {
    std::string number = version;
    std::ranges::replace(number, '.', '_');
    return {{place.prefix + 'V' + number + "__" + name + ".sql", up}};
  }
  const std::string mark = place.form == &detail::goose_form     ? "-- +goose "
                           : place.form == &detail::migrate_form ? "-- +migrate "
                                                                 : "-- migrate:";
  const bool dbmate = place.form == &detail::dbmate_form;
  return {{stem + ".sql", mark + (dbmate ? "up" : "Up") + '\n' + up + '\n' + mark +
                              (dbmate ? "down" : "Down") + '\n' + down}};
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) raise(ErrorKind::io_error, path.string() + " cannot be written");
}

}  // namespace

std::vector<std::string> new_migration(const fs::path& folder, const NewMigration& migration) {
  require_name(migration.name);
  const std::vector<Place> places = read_places(folder, migration.domain);
  const std::string version = detail::next_version(highest_of(places), migration.now);
  std::vector<File> files;
  for (const Place& place : places) {
    if (std::ranges::find(place.names, migration.name) != place.names.end()) {
      raise(ErrorKind::invalid_argument,
            "there is a migration " + migration.name + " in " + place.prefix + " already");
    }
    for (File& file : files_of(place, version, migration.name)) files.push_back(std::move(file));
  }
  std::vector<std::string> written;
  try {
    for (const File& file : files) {
      written.push_back(file.path);
      write_file(folder / file.path, file.text);
    }
    write_sum(folder);
  } catch (...) {
    std::error_code ignored;
    for (const std::string& path : written) fs::remove(folder / path, ignored);
    throw;
  }
  return written;
}

}  // namespace lockstep
