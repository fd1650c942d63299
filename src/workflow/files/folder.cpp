// SPDX-License-Identifier: BSL-1.0
#include "folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>

#include "temporary.hpp"

namespace lockstep::workflow::detail {
namespace {

constexpr mode_t folder_mode = 0755;
constexpr int open_folder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

struct Known {
  int error;
  ErrorKind kind;
  std::string_view what;
};

constexpr std::array<Known, 10> known_errors{{
    {ENOENT, ErrorKind::not_found, "not found"},
    {EACCES, ErrorKind::permission_denied, "permission denied"},
    {EPERM, ErrorKind::permission_denied, "permission denied"},
    {EROFS, ErrorKind::read_only, "read-only file system"},
    {ENOSPC, ErrorKind::disk_full, "disk full"},
    {EDQUOT, ErrorKind::disk_full, "disk quota exceeded"},
    {ELOOP, ErrorKind::invalid_data, "not a regular file or folder"},
    {ENOTDIR, ErrorKind::invalid_data, "not a folder"},
    {EISDIR, ErrorKind::invalid_data, "not a regular file"},
    {EMFILE, ErrorKind::unavailable, "too many open files"},
}};

std::optional<struct stat> look_at(int folder, const std::string& name) {
  struct stat info {};
  if (fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return info;
  if (errno == ENOENT) return std::nullopt;
  fail(name, errno);
}

// Again when a signal came between.
template <class F>
auto repeated(F&& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

void fail(std::string_view file, int error) {
  const auto is_it = [error](const Known& known) { return known.error == error; };
  const auto* known = std::find_if(known_errors.begin(), known_errors.end(), is_it);
  const bool found = known != known_errors.end();
  ErrorInfo info;
  info.kind = found ? known->kind : ErrorKind::io_error;
  info.what = std::string(file) + ": " + std::string(found ? known->what : "input/output error");
  info.native_code = error;
  info.server_message = std::generic_category().message(error);
  raise(std::move(info));
}

void fail_not_regular(std::string_view file) {
  raise(ErrorKind::invalid_data, std::string(file) + ": not a regular file");
}

Folder Folder::make(const std::filesystem::path& path) {
  if (path.empty()) raise(ErrorKind::invalid_argument, "folder: empty");
  std::filesystem::path prefix;
  for (const auto& part : path) {
    prefix /= part;
    if (::mkdir(prefix.c_str(), folder_mode) == 0 || errno == EEXIST) continue;
    const int error = errno;
    std::error_code ignored;
    if (!std::filesystem::is_directory(prefix, ignored)) fail(prefix.string(), error);
  }
  Descriptor fd(repeated([&] { return ::open(path.c_str(), open_folder); }));
  if (!fd) fail(path.string(), errno);
  return Folder(std::move(fd));
}

std::optional<Folder> Folder::find(const std::string& name) const {
  Descriptor fd(
      repeated([&] { return ::openat(fd_.get(), name.c_str(), open_folder | O_NOFOLLOW); }));
  if (fd) return Folder(std::move(fd));
  if (errno == ENOENT) return std::nullopt;
  fail(name, errno);
}

Folder Folder::below(const std::string& name) const {
  if (::mkdirat(fd_.get(), name.c_str(), folder_mode) == 0) {
    sync();
  } else if (errno != EEXIST) {
    fail(name, errno);
  }
  auto folder = find(name);
  if (!folder) fail(name, ENOENT);
  return std::move(*folder);
}

std::optional<mode_t> Folder::find_file(const std::string& name) const {
  const auto info = look_at(fd_.get(), name);
  if (!info) return std::nullopt;
  if (!S_ISREG(info->st_mode)) fail_not_regular(name);
  return info->st_mode & 0777U;
}

bool Folder::has_file(const std::string& name) const {
  const auto info = look_at(fd_.get(), name);
  return info && S_ISREG(info->st_mode);
}

bool Folder::is_linked(const std::string& name) const {
  const auto info = look_at(fd_.get(), name);
  return info && info->st_nlink > 1;
}

std::string Folder::read(const std::string& name, std::size_t max_bytes) const {
  if (!find_file(name)) fail(name, ENOENT);
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const Descriptor file(repeated([&] { return ::openat(fd_.get(), name.c_str(), flags); }));
  if (!file) fail(name, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) fail(name, errno);
  if (!S_ISREG(info.st_mode)) fail_not_regular(name);  // since it was looked at
  std::string text;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = repeated([&] { return ::read(file.get(), buffer.data(), buffer.size()); });
    if (got < 0) fail(name, errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > max_bytes) {
      raise(ErrorKind::invalid_data, name + ": larger than the limit");
    }
  }
}

void Folder::write(const std::string& name, std::string_view text,
                   std::optional<mode_t> mode) const {
  TemporaryFile file(fd_.get(), name);
  file.write(text);
  if (mode) file.set_mode(*mode);
  file.finish();
  file.rename();
  sync();
}

void Folder::move(const std::string& name, const Folder& to, const std::string& new_name) const {
  if (::renameat(fd_.get(), name.c_str(), to.fd_.get(), new_name.c_str()) != 0) fail(name, errno);
  to.sync();
  sync();
}

void Folder::remove(const std::string& name) const {
  if (::unlinkat(fd_.get(), name.c_str(), 0) != 0) fail(name, errno);
  sync();
}

std::vector<std::string> Folder::all_names() const {
  Descriptor again(repeated([&] { return ::openat(fd_.get(), ".", open_folder | O_NOFOLLOW); }));
  if (!again) fail(".", errno);
  DIR* const opened = ::fdopendir(again.get());
  if (opened == nullptr) fail(".", errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opened, &::closedir);
  static_cast<void>(again.release());
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    names.emplace_back(&entry->d_name[0]);
  }
  if (errno != 0) fail(".", errno);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Folder::names() const {
  std::vector<std::string> names = all_names();
  std::erase_if(names, [](const std::string& name) { return name.starts_with('.'); });
  return names;
}

Descriptor Folder::lock(std::chrono::milliseconds timeout) const {
  Descriptor own(repeated([&] { return ::openat(fd_.get(), ".", open_folder | O_NOFOLLOW); }));
  if (!own) fail(".", errno);
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (repeated([&] { return ::flock(own.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) fail(".", errno);
    if (std::chrono::steady_clock::now() >= end) {
      raise(ErrorKind::busy, "another writer holds the folder");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return own;
}

void Folder::sweep() const {
  for (const std::string& name : all_names()) {
    if (TemporaryFile::is_name(name) && has_file(name)) ::unlinkat(fd_.get(), name.c_str(), 0);
  }
}

void Folder::sync() const {
  // Some file systems cannot sync a folder, and say so.
  if (::fsync(fd_.get()) != 0 && errno != EINVAL) fail(".", errno);
}

}  // namespace lockstep::workflow::detail
