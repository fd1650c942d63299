// SPDX-License-Identifier: BSL-1.0
// The file forms of users' folders: what all of them share.
#pragma once

#include <cstdint>
#include <functional>

#include "lockstep/error.hpp"
#include "lockstep/migration_validation.hpp"

namespace lockstep::detail {

enum class DirectiveKind : std::uint8_t { lockstep, migrate, goose, dbmate };

// A comment line that speaks to a migrator: `-- +goose Up`.
struct Directive {
  DirectiveKind kind = DirectiveKind::lockstep;
  std::size_t offset = 0;  // of the comment
  std::size_t line = 1;
  std::string words;          // what follows the mark, without blanks around
  std::size_t last_code = 0;  // offset behind the last code before it; 0 if there is none
};

// One file of a folder; its path begins at the folder that holds the form.
struct FormFile {
  std::string path;
  std::string text;  // empty for a file whose name alone counts
  std::vector<Directive> directives = {};
  std::size_t first_code = std::string::npos;
  std::size_t first_code_line = 0;
};

// The files of one set, as a form reads them.
struct FormFolder {
  Engine engine = Engine::sqlite;
  FolderOptions options;
  std::string prefix = {};  // of every path, for messages: "postgres/"
  // A user's: a down may do nothing, an up may be a comment, a pair may have two names, files may
  // bring their transaction, and double quotes and foreign keys are as the engine has them.
  bool of_tools = false;
  std::vector<FormFile> files = {};
  std::vector<MigrationFault>* faults = nullptr;  // where they are collected; null: they are thrown
};

struct Dependency {
  std::string version;
  std::size_t line = 1;
};

// What one file, or a part of one, does for a version.
struct Script {
  std::string version;
  std::string name;
  std::string file;
  std::size_t line = 1;  // of the file, where the text begins
  std::string text;
  bool up = true;
  bool part = false;        // of a file: the text begins with the line of its marker
  bool for_engine = false;  // named for this engine: stands before a general one
  bool repeatable = false;
  bool transactional = true;
  // Its tool runs it outside of a transaction: it may bring one around all of it.
  bool may_bring_transaction = false;
  // A single statement that cannot run in a transaction needs no mark.
  bool may_run_alone = false;
  bool foreign_keys_off = false;
  MigrationSettings settings = {};
  std::size_t batch_line = 0;  // of the file, where settings.batch is asked for
  bool irreversible = false;
  bool allow_out_of_order = false;
  std::vector<Dependency> depends = {};
  std::vector<MigrationAllowed> allowed = {};
};

// A form: why a folder is not of it (empty if it is), and what it holds then. `read` throws
// InvalidData, naming file and line.
struct Form {
  std::string_view name;
  std::string (*mismatch)(const FormFolder& folder);
  std::vector<Script> (*read)(const FormFolder& folder);
};

extern const Form pairs_form;
extern const Form migrate_form;  // sql-migrate, Itinerary
extern const Form goose_form;
extern const Form dbmate_form;
extern const Form flyway_form;
extern const Form folders_form;  // diesel

// A folder on a disk or in memory.
struct FolderSource {
  std::string name;                // for messages
  std::vector<std::string> paths;  // of all files below it that could matter
  std::function<std::string(const std::string& path)> read;
  // Of a file's text; empty where it is not known.
  std::function<std::string(const std::string& path)> sha256 = {};
};

// Throws InvalidData: "migration default/0001_a.sql:3: why"; without a line if that is 0.
[[noreturn]] void refuse_file(const FormFolder& folder, std::string_view path, std::size_t line,
                              std::string_view why);

// Throws InvalidData with a place: "default/0001_a.sql:3".
[[noreturn]] void refuse_place(std::string_view place, std::string_view why);

// The fault that a folder was refused for.
[[nodiscard]] MigrationFault fault_of(const InvalidData& error);

// Reads one part of a folder. What is refused in it ends that part alone where faults are
// collected.
void read_part(const FormFolder& folder, const std::function<void()>& part);

[[nodiscard]] inline bool has_faults(const FormFolder& folder) noexcept {
  return folder.faults != nullptr && !folder.faults->empty();
}

// Refuses NUL and what is not UTF-8 in a file, and finds its directives.
void prepare_file(const FormFolder& folder, FormFile& file);

// The files of a folder that belong to the engine, read and prepared. InvalidData if it cannot be
// told which these are.
[[nodiscard]] FormFolder open_folder(Engine engine, const FolderSource& source,
                                     const FolderOptions& options,
                                     std::vector<MigrationFault>* faults = nullptr);

// The only form that fits. InvalidData that says why none does.
[[nodiscard]] const Form& detect_form(const FormFolder& folder, const std::string& name);

// Of the form that is asked for, or else detected.
[[nodiscard]] std::string_view form_name(const FormFolder& folder, const std::string& name);

// The scripts of the form, in the rules of FolderOptions.
[[nodiscard]] std::vector<Script> read_folder(const FormFolder& folder, const std::string& name);

[[nodiscard]] bool is_sql_file(std::string_view path) noexcept;

// What the folder on the disk holds. InvalidData if it is not there, or holds too much.
[[nodiscard]] FolderSource disk_source(const std::filesystem::path& folder);

// The files of a caller, which are borrowed.
[[nodiscard]] FolderSource memory_source(std::span<const FolderFile> files);

}  // namespace lockstep::detail
