// SPDX-License-Identifier: BSL-1.0
// What is given back to the heap holds no value: every block that this program frees is looked at.
#include <malloc.h>

#include <cstdlib>
#include <new>

#include "places.hpp"

namespace {

// A value of its own, so that nothing else of the program holds it.
constexpr std::string_view canary = "9b1f-canary-5d27-canary-e3a8-canary-77c0-canary";

std::atomic<bool> watching = false;
std::atomic<int> blocks_with_canary = 0;

void look_at(void* block) noexcept {
  const std::string_view bytes(static_cast<const char*>(block), malloc_usable_size(block));
  if (bytes.find(canary.substr(0, 24)) != bytes.npos) ++blocks_with_canary;
}

}  // namespace

void* operator new(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept {
  if (block != nullptr && watching) look_at(block);
  std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept { ::operator delete(block); }

namespace lockstep::tests {
namespace {

// How many blocks with the value are freed while f runs.
template <class F>
int indiscreet_blocks(F&& f) {
  blocks_with_canary = 0;
  watching = true;
  f();
  watching = false;
  return blocks_with_canary;
}

std::string object_with_canary() { return "{\"token\": \"" + std::string(canary) + "\"}"; }

TEST_CASE("wiping: the watch sees what is not wiped") {
  CHECK(indiscreet_blocks([] { static_cast<void>(std::string(canary)); }) == 1);
  CHECK(indiscreet_blocks([] { static_cast<void>(std::string(47, 'x')); }) == 0);
}

TEST_CASE("wiping: a secret wipes what it gives up") {
  CHECK(indiscreet_blocks([] {
          Secret secret(canary);
          const bool same = secret.view() == canary;
          Secret moved(std::move(secret));
          Secret target(canary);
          target = std::move(moved);
          CHECK(same);
          CHECK(moved.view().empty());
        }) == 0);
  std::array<char, 3> bytes{'a', 'b', 'c'};
  wipe(std::span(bytes).first(2));
  CHECK(std::string_view(bytes.data(), 3) == std::string_view("\0\0c", 3));
  wipe({});
}

LOCKSTEP_FOR_ALL_PLACES("wiping: no operation leaves a value behind") {
  Place<Keyring> place;
  const std::string object = object_with_canary();
  const std::string other = object + " ";
  const int left = indiscreet_blocks([&] {
    CredentialStore store = place.store();
    store.set("a", canary);
    bool same = store.get("a").view() == canary;
    same = same && store.find("a")->view() == canary;
    store.set("a", "other");
    store.rotate("a", canary);
    store.confirm_rotation("a");
    store.rotate("a", object);
    same = same && store.find_previous("a")->view() == canary;
    store.revert_rotation("a");
    static_cast<void>(store.list_expiring(noon));
    store.set_structured("a", object);
    same = same && store.get_structured("a").view() == object;
    store.rotate("a", other);
    CHECK(same);
    CHECK(store.get_metadata("a").rotation_pending);
    CHECK(store.list().size() == 1);
    store.remove("a");
  });
  CHECK(left == 0);
}

LOCKSTEP_FOR_ALL_PLACES("wiping: nor does one that fails") {
  Place<Keyring> place;
  const std::string bad = object_with_canary() + "x";
  const std::string longer = bad + std::string(max_credential_bytes, 'x');
  const int left = indiscreet_blocks([&] {
    const auto failing = std::make_shared<FailingKeyring>(place.keyring);
    CredentialStore store(failing, place.options());
    store.set("a", canary);
    error_of(ErrorKind::invalid_argument, [&] { store.rotate("a", canary); });
    error_of(ErrorKind::invalid_argument, [&] { store.set_structured("a", bad); });
    error_of(ErrorKind::invalid_argument, [&] { store.set("a", longer); });
    error_of(ErrorKind::invalid_data, [&] { static_cast<void>(store.get_structured("a")); });
    failing->fail("a");
    error_of(ErrorKind::unavailable, [&] { store.rotate("a", bad); });
    error_of(ErrorKind::unavailable, [&] { store.set("b", canary), store.set("a", bad); });
    failing->fail("__");
    error_of(ErrorKind::index_stale, [&] { store.set("a", bad); });
  });
  CHECK(left == 0);
}

}  // namespace
}  // namespace lockstep::tests
