// SPDX-License-Identifier: BSL-1.0
// A folder for the files of one test.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lockstep::tests {

// Where files are in memory, if there is such a place: for tests that sync often.
inline std::filesystem::path memory_folder() {
  const std::filesystem::path shared = "/dev/shm";
  return ::access(shared.c_str(), W_OK | X_OK) == 0 ? shared
                                                    : std::filesystem::temp_directory_path();
}

// Empty at first, gone with the object.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& below = std::filesystem::temp_directory_path())
      : path_(std::filesystem::canonical(below) /
              ("lockstep_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number_))) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

  void put(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    REQUIRE(stream.good());
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    const std::ifstream stream(path_ / name, std::ios::binary);
    REQUIRE(stream.good());
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
  }
  // Names of what is directly in `below` and no folder, in their order.
  [[nodiscard]] std::vector<std::string> files(const std::string& below = ".") const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_ / below)) {
      if (!entry.is_directory()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  inline static std::atomic<int> number_{0};
  std::filesystem::path path_;
};

// Overwrites a part of a file.
inline void damage_file(const std::string& path, std::streamoff at, std::size_t size) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << std::string(size, '\xFF');
}

}  // namespace lockstep::tests
