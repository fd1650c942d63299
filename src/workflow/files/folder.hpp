// SPDX-License-Identifier: BSL-1.0
// Folders by their descriptors. A name is one component, resolved in its folder and nowhere else;
// no symbolic link is followed.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/error.hpp"

namespace lockstep::workflow::detail {

// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

// Throws the error that belongs to `error`, an errno: "greet.yaml: disk full".
[[noreturn]] void fail(std::string_view file, int error);
// InvalidData: a link, a folder, a device.
[[noreturn]] void fail_not_regular(std::string_view file);

class Folder {
 public:
  // A path, whose links are followed: made with its parents, mode 0755.
  static Folder make(const std::filesystem::path& path);

  // The folder of that name in this one; nullopt if there is none.
  [[nodiscard]] std::optional<Folder> find(const std::string& name) const;
  // Made if there is none.
  [[nodiscard]] Folder below(const std::string& name) const;

  // Mode of a regular file; nullopt if there is nothing of that name. InvalidData if it is none.
  [[nodiscard]] std::optional<mode_t> find_file(const std::string& name) const;
  // False, never an error, for what is no regular file.
  [[nodiscard]] bool has_file(const std::string& name) const;
  // Whether the file that has_file has seen is known by other names too.
  [[nodiscard]] bool is_linked(const std::string& name) const;
  // NotFound; InvalidData if it is no regular file, or larger than `max_bytes`.
  [[nodiscard]] std::string read(const std::string& name, std::size_t max_bytes) const;
  // Whole or not at all, and synced: a temporary file takes the place of the one that is there.
  void write(const std::string& name, std::string_view text, std::optional<mode_t> mode) const;
  // Into another folder of the same file system. Both are synced.
  void move(const std::string& name, const Folder& to, const std::string& new_name) const;
  void remove(const std::string& name) const;

  // All names in it, sorted, but those that begin with a point.
  [[nodiscard]] std::vector<std::string> names() const;

  // Holds the folder against other writers until the descriptor is closed. Busy after `timeout`.
  [[nodiscard]] Descriptor lock(std::chrono::milliseconds timeout) const;
  // Removes temporary files that a writer has left when it was killed. Only under the lock.
  void sweep() const;

 private:
  explicit Folder(Descriptor fd) noexcept : fd_(std::move(fd)) {}

  [[nodiscard]] std::vector<std::string> all_names() const;
  void sync() const;

  Descriptor fd_;
};

}  // namespace lockstep::workflow::detail
