// SPDX-License-Identifier: BSL-1.0
#include "support/secrets.hpp"

#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdlib>
#include <mutex>
#include <typeinfo>

#include "lockstep/dsn.hpp"
#include "lockstep/error.hpp"

namespace lockstep::tests {
namespace {

// The passwords of the servers, as they are written in their URLs.
void add_passwords(std::vector<std::string>& secrets) {
  for (const char* name : {"LOCKSTEP_TEST_POSTGRES_URL", "LOCKSTEP_TEST_MYSQL_URL"}) {
    const char* const url = std::getenv(name);
    if (url == nullptr) continue;
    const std::string_view text = url;
    const auto colon = text.find(':', text.find("//"));
    const auto at = text.find('@');
    if (colon < at && at != text.npos) secrets.emplace_back(text.substr(colon + 1, at - colon - 1));
  }
}

const std::vector<std::string>& secrets() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> list{std::string(secret_value), "wrong-secret", "hunter2", "MARKER"};
    add_passwords(list);
    return list;
  }();
  return all;
}

struct Findings {
  std::mutex mutex;
  std::vector<std::string> found;
  std::size_t looked_at = 0;
};

Findings& findings() {
  static Findings instance;
  return instance;
}

constexpr std::size_t longest_text = 1024;

}  // namespace

std::string indiscretion(std::string_view text) {
  if (text.size() > longest_text) return "has " + std::to_string(text.size()) + " bytes";
  for (const std::string& secret : secrets()) {
    const auto at = text.find(secret);
    if (at != text.npos) return "a secret after \"" + std::string(text.substr(0, at)) + "\"";
  }
  return {};
}

void look_for_secrets(std::string_view where, std::string_view text) {
  const std::string problem = indiscretion(text);
  Findings& all = findings();
  const std::lock_guard lock(all.mutex);
  ++all.looked_at;
  if (!problem.empty()) all.found.push_back(std::string(where) + ": " + problem);
}

std::vector<std::string> found_secrets() {
  const std::lock_guard lock(findings().mutex);
  return findings().found;
}

std::size_t texts_looked_at() {
  const std::lock_guard lock(findings().mutex);
  return findings().looked_at;
}

}  // namespace lockstep::tests

// Stands in for the runtime's own __cxa_throw, and hands on to it: every throw of the program
// passes here. By another name, since compilers differ in how they declare that one.
extern "C" void lockstep_tests_throw(void* thrown, std::type_info* type,
                                     void (*destroy)(void*)) __asm__("__cxa_throw");

extern "C" void lockstep_tests_throw(void* thrown, std::type_info* type, void (*destroy)(void*)) {
  using Throw = void (*)(void*, std::type_info*, void (*)(void*));
  static const auto real = reinterpret_cast<Throw>(dlsym(RTLD_NEXT, "__cxa_throw"));
  void* object = thrown;
  if (typeid(lockstep::Error).__do_catch(type, &object, 1)) {
    const auto* const error = static_cast<const lockstep::Error*>(object);
    lockstep::tests::look_for_secrets("what() of a " + std::string(to_string(error->kind())),
                                      error->what());
  }
  real(thrown, type, destroy);
  std::abort();
}
