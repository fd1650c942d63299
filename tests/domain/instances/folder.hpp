// SPDX-License-Identifier: BSL-1.0
// A folder for the files of one test.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "rows.hpp"

namespace lockstep::tests {

// Empty at first, gone with the object.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("lockstep_instances_" + std::to_string(::getpid()) + "_" +
               std::to_string(++number_))) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

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
  // Names of the files directly in `below`, in their order.
  [[nodiscard]] Ids files(const std::string& below = ".") const {
    Ids names;
    for (const auto& entry : std::filesystem::directory_iterator(path_ / below)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  inline static std::atomic<int> number_{0};
  std::filesystem::path path_;
};

}  // namespace lockstep::tests
