// SPDX-License-Identifier: BSL-1.0
// The one-time way of instances from JSON files into the database. Shared rules: instances.hpp.
//
// A file holds {"name": text, "created": Unix seconds, "status": text, "options": {...}}, and in
// its options "backend_type", "backend_options": {...} and the options of an Instance under the
// names of their columns.
#pragma once

#include <filesystem>

#include "lockstep/database.hpp"

namespace lockstep::instances {

struct ImportResult {
  std::size_t found = 0;     // *.json files in the folder
  std::size_t imported = 0;  // all of them, or 0
  std::size_t archived = 0;
  std::vector<std::string> left_behind;  // names of the files that are still in the folder
  std::vector<std::string> notes;        // what was passed over, and why files were left behind
};

// Stores the instances of all *.json files directly in `folder`, in one transaction, in the order
// of their names, then moves the files to json_archive below it; a name that is taken there gets a
// number. Does nothing if the folder is empty, not there or has no such file, or if there are
// instances already. What cannot be moved is left behind, and does no harm later.
//
// MigrationFailed, with nothing stored and nothing moved: a file cannot be read or is not of that
// shape (every such file is named, with its reason, in server_message(), and in what() as far as it
// goes), two files have one name, or somebody else stores an instance of that name meanwhile. A
// program should not start then. A status that is unknown becomes stopped, and members that are
// unknown are not stored: notes.
ImportResult import_json(Database& db, const std::filesystem::path& folder);

}  // namespace lockstep::instances
