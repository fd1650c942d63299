// SPDX-License-Identifier: BSL-1.0
#include "upkeep/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "lockstep/error.hpp"

namespace lockstep::detail {
namespace {

// Names that are taken: others write the same file, or a process died.
constexpr int most_tries = 100;

ErrorKind kind_of(int error) {
  switch (error) {
    case EEXIST:
      return ErrorKind::already_exists;
    case EACCES:
    case EPERM:
      return ErrorKind::permission_denied;
    case EROFS:
      return ErrorKind::read_only;
    case ENOSPC:
    case EDQUOT:
      return ErrorKind::disk_full;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return ErrorKind::cannot_open;
    default:
      return ErrorKind::io_error;
  }
}

// Also a symbolic link that leads nowhere.
bool is_there(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0;
}

void sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags);
  if (file < 0) raise_errno(errno, path);
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (error != 0) raise_errno(error, path);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::path folder =
      std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", failure);
  if (failure) raise_errno(failure.value(), path.string());
  return folder;
}

}  // namespace

void raise_errno(int error, const std::string& what) {
  raise(kind_of(error), what + ": " + std::generic_category().message(error));
}

NewFile::NewFile(std::string path, bool overwrite) : path_(std::move(path)), overwrite_(overwrite) {
  const std::filesystem::path given(path_);
  if (!given.has_filename()) raise_errno(EISDIR, path_);
  path_ = (folder_of(given) / given.filename()).string();
  if (!overwrite_ && is_there(path_)) raise_errno(EEXIST, path_);
  for (int n = 0;; ++n) {
    temporary_ = path_ + '.' + std::to_string(::getpid()) + '.' + std::to_string(n) + ".part";
    const int file =
        ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file >= 0) {
      ::close(file);
      return;
    }
    if (errno != EEXIST || n == most_tries) raise_errno(errno, temporary_);
  }
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void NewFile::publish() {
  sync(temporary_, 0);
  // A link, unlike a rename, replaces nothing that has come meanwhile.
  const int done = overwrite_ ? ::rename(temporary_.c_str(), path_.c_str())
                              : ::link(temporary_.c_str(), path_.c_str());
  if (done != 0) raise_errno(errno, path_);
  if (!overwrite_) ::unlink(temporary_.c_str());
  temporary_.clear();
  sync(std::filesystem::path(path_).parent_path().string(), O_DIRECTORY);
}

}  // namespace lockstep::detail
