// SPDX-License-Identifier: BSL-1.0
#include "temporary.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <random>

namespace lockstep::workflow::detail {
namespace {

constexpr mode_t file_mode = 0644;
constexpr int attempts = 100;
constexpr std::size_t random_digits = 16;
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view end_of_name = ".tmp";

std::string random_name(const std::string& name) {
  std::random_device device;
  std::string out = "." + name + ".";
  for (std::size_t i = 0; i < random_digits; ++i) out += hex_digits[device() % hex_digits.size()];
  return out + std::string(end_of_name);
}

}  // namespace

TemporaryFile::TemporaryFile(int folder, const std::string& name) : folder_(folder), name_(name) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  for (int i = 0; i < attempts; ++i) {
    own_name_ = random_name(name);
    file_ = Descriptor(::openat(folder, own_name_.c_str(), flags, file_mode));
    if (file_) return;
    if (errno != EEXIST && errno != EINTR) break;
  }
  fail(name, errno);
}

TemporaryFile::~TemporaryFile() {
  if (!own_name_.empty()) ::unlinkat(folder_, own_name_.c_str(), 0);
}

void TemporaryFile::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(file_.get(), text.data(), text.size());
    if (written < 0 && errno != EINTR) fail(name_, errno);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void TemporaryFile::set_mode(mode_t mode) const {
  if (::fchmod(file_.get(), mode) != 0) fail(name_, errno);
}

void TemporaryFile::finish() {
  if (::fsync(file_.get()) != 0) fail(name_, errno);
  if (::close(file_.release()) != 0) fail(name_, errno);
}

void TemporaryFile::rename() {
  if (::renameat(folder_, own_name_.c_str(), folder_, name_.c_str()) != 0) fail(name_, errno);
  own_name_.clear();
}

bool TemporaryFile::is_name(std::string_view name) noexcept {
  if (!name.starts_with('.') || !name.ends_with(end_of_name)) return false;
  name.remove_suffix(end_of_name.size());
  if (name.size() < random_digits + 3) return false;
  const std::string_view random = name.substr(name.size() - random_digits);
  return name[name.size() - random_digits - 1] == '.' &&
         random.find_first_not_of(hex_digits) == std::string_view::npos;
}

}  // namespace lockstep::workflow::detail
