// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/disk.hpp"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace lockstep::benchmarks {
namespace {

constexpr std::size_t block = 16 * 1024;
constexpr off_t blocks = 256;  // that are written over in turn

class File {
 public:
  explicit File(const std::filesystem::path& name) : name_(name) {
    descriptor_ = ::open(name_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    require(descriptor_ >= 0);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    ::close(descriptor_);
    ::unlink(name_.c_str());
  }

  // Never what was there before.
  void write(off_t number) {
    bytes_.assign(block, static_cast<char>(++written_));
    const ssize_t count =
        ::pwrite(descriptor_, bytes_.data(), block, number * static_cast<off_t>(block));
    require(count == static_cast<ssize_t>(block));
  }
  void flush() { require(::fdatasync(descriptor_) == 0); }

 private:
  void require(bool done) const {
    if (!done) throw std::system_error(errno, std::generic_category(), name_.string());
  }

  std::filesystem::path name_;
  int descriptor_ = -1;
  unsigned written_ = 0;
  std::vector<char> bytes_;
};

void overwrite(File& file, benchmark::State& state) {
  for (off_t i = 0; i < blocks; ++i) file.write(i);
  file.flush();
  off_t next = 0;
  for (auto _ : state) {
    file.write(next);
    file.flush();
    next = (next + 1) % blocks;
  }
}

void append(File& file, benchmark::State& state) {
  off_t next = 0;
  for (auto _ : state) {
    file.write(next++);
    file.flush();
  }
}

}  // namespace

void add_disk(Suite& suite, const std::filesystem::path& data) {
  const auto add = [&](const char* what, void (*run)(File&, benchmark::State&)) {
    const auto body = [data, run](benchmark::State& state) {
      File file(data / "flushed");
      run(file, state);
    };
    suite.cases.push_back({.engine = "the disk", .what = what, .run = body});
  };
  add("write over 16 KiB, and flush", overwrite);
  add("append 16 KiB, and flush", append);
}

}  // namespace lockstep::benchmarks
