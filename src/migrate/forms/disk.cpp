// SPDX-License-Identifier: BSL-1.0
// Folders on a disk. Symbolic links are followed, as the shell would.
#include <fstream>

#include "lockstep/error.hpp"
#include "migrate/forms/form.hpp"
#include "migrate/forms/names.hpp"

namespace lockstep::detail {
namespace {

namespace fs = std::filesystem;

// No migrations are beyond these, and a wrong --dir ends soon.
constexpr int max_depth = 5;
constexpr std::size_t max_entries = 200'000;
constexpr std::uintmax_t max_file_size = std::uintmax_t{64} * 1024 * 1024;

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  raise(ErrorKind::invalid_data, "migrations folder " + path.string() + ": " + why);
}

bool matters(std::string_view path) {
  return is_sql_file(path) || path.ends_with(".go") || path.ends_with(".fizz") ||
         path.ends_with(".sql.conf") || base_name(path) == "metadata.toml" ||
         base_name(path) == ".lockstepignore";
}

class Walk {
 public:
  explicit Walk(fs::path root) : root_(std::move(root)) {}
  std::vector<std::string> run() {
    visit(root_, "", 0);
    return std::move(found_);
  }

 private:
  void visit(const fs::path& folder, const std::string& prefix, int depth);
  void look(const fs::path& path, const std::string& name, int depth);

  fs::path root_;
  std::size_t entries_ = 0;
  std::vector<std::string> found_;
};

void Walk::visit(const fs::path& folder, const std::string& prefix, int depth) {
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (++entries_ > max_entries) refuse(root_, "it holds too many files to be one of migrations");
    look(at->path(), prefix + at->path().filename().string(), depth);
  }
  if (failure) refuse(folder, failure.message());
}

void Walk::look(const fs::path& path, const std::string& name, int depth) {
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (fs::is_directory(status)) {
    const bool hidden = base_name(name).starts_with('.');
    if (!hidden && depth < max_depth) visit(path, name + '/', depth + 1);
    return;
  }
  if (!matters(name)) return;
  if (!fs::is_regular_file(status)) {
    refuse(root_, name + (fs::exists(status) ? " is no regular file" : " is a link to nothing"));
  }
  found_.push_back(name);
}

std::string read_file(const fs::path& root, const std::string& name) {
  const fs::path path = root / name;
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path, failure);
  if (!failure && size > max_file_size) {
    refuse(root, name + " is larger than 64 MiB: load data in another way");
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(failure ? 0 : static_cast<std::size_t>(size), '\0');
  if (!failure) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (failure || !in) refuse(root, name + " cannot be read");
  return text;
}

}  // namespace

FolderSource disk_source(const fs::path& folder) {
  std::error_code failure;
  const fs::file_status status = fs::status(folder, failure);
  if (!fs::exists(status)) refuse(folder, "there is no such folder");
  if (!fs::is_directory(status)) refuse(folder, "it is no folder");
  return {folder.string(), Walk(folder).run(),
          [folder](const std::string& name) { return read_file(folder, name); }};
}

}  // namespace lockstep::detail
