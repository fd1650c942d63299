// SPDX-License-Identifier: BSL-1.0
// Workflows in YAML files, with their previous versions and with templates. Link
// lockstep::workflow_files.
//
//     workflow::FileRepository files({.folder = home / ".goflow"});
//     auto greet = files.load("greet");
//     greet.description = "Says hello";
//     files.save(greet);
//     files.restore("greet", files.list_versions("greet").back());
//
//     <folder>/workflows/<id>.yaml
//     <folder>/history/<id>/<number>.yaml     what save and remove have replaced
//     <folder>/templates/<id>.yaml
//
// An id has 1 to 200 letters, digits, '.', '_' and '-', begins with a letter or digit, and is no
// name that Windows reserves; any other is InvalidArgument with nothing touched. Below the folder
// no symbolic link is followed: what is no regular file is InvalidData, and stays as it is.
// Errors: NotFound, PermissionDenied, DiskFull, ReadOnly, IoError with errno as native_code();
// InvalidData, with file, line and column, for a file that is no workflow or beyond the limits;
// Busy if another writer holds the folder for too long.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "lockstep/workflow/files/validate.hpp"

namespace lockstep::workflow {

class Watcher;

// What a file may be at most. Aliases count as often as they are used.
struct FileLimits {
  std::size_t bytes = std::size_t{4} << 20;
  std::size_t depth = 64;
  std::size_t values = 100'000;  // scalars, lists and maps; of brackets and commas twice as many
  std::size_t aliases = 1000;
};

struct FileOptions {
  std::filesystem::path folder;           // made with its parents, mode 0755
  std::size_t kept_versions = 20;         // of each workflow, the newest; 0: none
  std::function<Timestamp()> clock = {};  // of metadata; empty: the system's
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(5);
  FileLimits limits = {};
};

struct SaveOptions {
  bool validate = true;
  bool overwrite = true;  // false: AlreadyExists if there is one
};

// A file that could not be read.
struct FileFailure {
  std::string file;  // its name
  ErrorKind kind = ErrorKind::unknown;
  std::string message;
};

struct FileListing {
  std::vector<WorkflowDefinition> workflows;  // by id
  std::vector<FileFailure> failures;          // by file
};

// What instantiate changes in a template.
struct Instantiation {
  std::string id = {};
  std::string name = {};
  std::string version = "1.0.0";
  Datum::Map defaults = {};  // of variables; one that was required is so no more
};

// Share between threads, and between processes: writers take turns (flock on the folder), readers
// see a whole file, old or new.
class FileRepository {
 public:
  // Throws as the operations do if the folder cannot be made or opened; an empty name is
  // InvalidArgument.
  explicit FileRepository(FileOptions options);
  FileRepository(FileRepository&&) noexcept;
  FileRepository& operator=(FileRepository&&) noexcept;
  ~FileRepository();

  // Writes a file of its own, syncs it and puts it in the place of the old one, which becomes a
  // version; a new file has mode 0644 less the umask, another keeps its mode. Sets
  // metadata.last_modified to now, and created if it is not set. Returns what was stored.
  // InvalidArgument with all problems if it is not valid, or could not be read back. After an error
  // the old file is there as it was, but for an IoError of the folder's own sync.
  WorkflowDefinition save(const WorkflowDefinition& definition, SaveOptions options = {});

  // Does not validate. An id in the file must be that of its name; without one it is that.
  [[nodiscard]] WorkflowDefinition load(std::string_view id) const;
  [[nodiscard]] std::optional<WorkflowDefinition> find(std::string_view id) const;
  [[nodiscard]] bool exists(std::string_view id) const;

  // All regular files *.yaml, but hidden ones. One that cannot be read is told, not thrown.
  [[nodiscard]] FileListing list() const;
  // The first by id, of those that can be read.
  [[nodiscard]] std::optional<WorkflowDefinition> find_by_name(std::string_view name) const;
  [[nodiscard]] WorkflowDefinition load_by_name(std::string_view name) const;  // or NotFound

  // The file becomes a version, if versions are kept.
  void remove(std::string_view id);

  // Numbers of the versions, rising; the last is the youngest. Empty if there are none.
  [[nodiscard]] std::vector<std::uint64_t> list_versions(std::string_view id) const;
  [[nodiscard]] WorkflowDefinition load_version(std::string_view id, std::uint64_t number) const;
  // Saves a version again, without validating it; what it replaces becomes a version.
  WorkflowDefinition restore(std::string_view id, std::uint64_t number);

  // Templates: as workflows, without versions, and never validated.
  WorkflowDefinition save_template(const WorkflowDefinition& definition);
  [[nodiscard]] WorkflowDefinition load_template(std::string_view id) const;
  [[nodiscard]] FileListing list_templates() const;
  void remove_template(std::string_view id);
  // A copy of the template, not saved, with new times. InvalidArgument: a default for a variable
  // that it does not have, or of another type.
  [[nodiscard]] WorkflowDefinition instantiate(std::string_view template_id,
                                               const Instantiation& changes) const;

 private:
  friend class Watcher;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lockstep::workflow
