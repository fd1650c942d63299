// SPDX-License-Identifier: BSL-1.0
// What a credential store does, wherever it keeps them.
#include <future>
#include <thread>

#include "places.hpp"

namespace lockstep::tests {
namespace {

const std::string index_account = "__goflow_index__";

LOCKSTEP_FOR_ALL_PLACES("credentials: what is set is what is got, and set again overwrites it") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.available();
  store.set("server:token", "first");
  CHECK(store.get("server:token").view() == "first");
  store.set("server:token", "second");
  CHECK(store.get("server:token").view() == "second");
  CHECK(place.store().get("server:token").view() == "second");
  REQUIRE(store.find("server:token"));
  CHECK(store.find("server:token")->view() == "second");
  CHECK(store.list() == Keys{"server:token"});
}

LOCKSTEP_FOR_ALL_PLACES("credentials: any text up to 1 MiB") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  const std::string longest(max_credential_bytes, 'x');
  for (const std::string& value : {std::string(), std::string(" \n"),
                                   std::string("'\"\\%\xC3\xA9\xF0\x9F\x94\x91"), longest}) {
    store.set("a", value);
    CHECK(store.get("a").view() == value);
  }
  store.set("'k\xC3\xA9y'\n ", "value");
  CHECK(store.get("'k\xC3\xA9y'\n ").view() == "value");
  for (const std::string& value :
       {longest + "x", std::string("a\0b", 3), std::string("\xFF"), std::string("\xED\xA0\x80")}) {
    error_of(ErrorKind::invalid_argument, [&] { store.set("a", value); });
    error_of(ErrorKind::invalid_argument, [&] { store.rotate("a", value); });
  }
  CHECK(store.get("a").view() == longest);
}

LOCKSTEP_FOR_ALL_PLACES("credentials: what is not there is NotFound") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("other", std::string(secret_value));
  error_of(ErrorKind::not_found, [&] { static_cast<void>(store.get("a")); });
  error_of(ErrorKind::not_found, [&] { static_cast<void>(store.get_structured("a")); });
  error_of(ErrorKind::not_found, [&] { static_cast<void>(store.get_metadata("a")); });
  error_of(ErrorKind::not_found, [&] { store.remove("a"); });
  error_of(ErrorKind::not_found, [&] { store.rotate("a", secret_value); });
  error_of(ErrorKind::not_found, [&] { store.confirm_rotation("a"); });
  error_of(ErrorKind::not_found, [&] { store.revert_rotation("a"); });
  CHECK(!store.find("a"));
  CHECK(!store.find_previous("a"));
  CHECK(store.list() == Keys{"other"});
}

LOCKSTEP_FOR_ALL_PLACES("credentials: keys that no credential can have are refused everywhere") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  for (const std::string& key :
       {std::string(), std::string("a\0b", 3), std::string("\xFF"), index_account,
        std::string("__lockstep_meta__:a"), std::string("__lockstep_previous__:a"),
        std::string("__lockstep_")}) {
    CAPTURE(key);
    const auto refused = [&](auto&& f) { error_of(ErrorKind::invalid_argument, f); };
    refused([&] { store.set(key, secret_value); });
    refused([&] { store.set_structured(key, "{}"); });
    refused([&] { static_cast<void>(store.get(key)); });
    refused([&] { static_cast<void>(store.find(key)); });
    refused([&] { static_cast<void>(store.get_structured(key)); });
    refused([&] { static_cast<void>(store.get_metadata(key)); });
    refused([&] { static_cast<void>(store.find_previous(key)); });
    refused([&] { store.remove(key); });
    refused([&] { store.rotate(key, secret_value); });
    refused([&] { store.confirm_rotation(key); });
    refused([&] { store.revert_rotation(key); });
  }
  CHECK(place.items()->accounts().empty());
  store.set("__goflow_index__2", "a key like any other");
  CHECK(store.list() == Keys{"__goflow_index__2"});
}

LOCKSTEP_FOR_ALL_PLACES("credentials: a list is sorted and knows nothing but keys") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  CHECK(store.list().empty());
  for (const char* key : {"b", "a:2", "\xC3\xA9", "a:10", "B"}) store.set(key, "value", noon);
  store.rotate("b", "next");
  CHECK(store.list() == Keys{"B", "a:10", "a:2", "b", "\xC3\xA9"});
  store.remove("a:2");
  store.remove("B");
  CHECK(store.list() == Keys{"a:10", "b", "\xC3\xA9"});
}

LOCKSTEP_FOR_ALL_PLACES("credentials: removing one removes all that is known of it") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", "value", noon);
  store.rotate("a", "next");
  store.remove("a");
  CHECK(place.items()->accounts() == Keys{index_account});
  CHECK(place.item(index_account) == "[]");
  // One that others have taken away, and left the rest.
  store.set("a", "value", noon);
  place.items()->erase("a");
  error_of(ErrorKind::not_found, [&] { store.remove("a"); });
  CHECK(place.items()->accounts() == Keys{index_account});
  CHECK(place.item(index_account) == "[]");
}

LOCKSTEP_FOR_ALL_PLACES("credentials: a structured one is kept byte for byte") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  const std::string object =
      R"( {"port": 9007199254740993, "b":1.0 ,"a":["x",{"b":null}], "b":2} )";
  store.set_structured("a", object, noon);
  CHECK(store.get_structured("a").view() == object);
  CHECK(store.get("a").view() == object);
  CHECK(store.get_metadata("a").expires == noon);
  for (const std::string_view other : {"", "[]", "\"a\"", "{", "{}x", "{\"a\":secret-value}"}) {
    CAPTURE(other);
    error_of(ErrorKind::invalid_argument, [&] { store.set_structured("a", other); });
    store.set("plain", other);
    error_of(ErrorKind::invalid_data, [&] { static_cast<void>(store.get_structured("plain")); });
  }
  CHECK(store.get("a").view() == object);
}

LOCKSTEP_FOR_ALL_PLACES("credentials: tenants do not see each other") {
  Place<Keyring> place;
  CredentialStoreOptions options = place.options();
  CredentialStore none(place.keyring, options);
  options.tenant = "acme";
  CredentialStore acme(place.keyring, options);
  options.tenant = "globex";
  CredentialStore globex(place.keyring, options);
  none.set("a", "none");
  acme.set("a", "acme");
  acme.set("b", "acme");
  CHECK(none.list() == Keys{"a"});
  CHECK(acme.list() == Keys{"a", "b"});
  CHECK(globex.list().empty());
  CHECK(none.get("a").view() == "none");
  CHECK(acme.get("a").view() == "acme");
  error_of(ErrorKind::not_found, [&] { globex.remove("a"); });
  none.remove("a");
  CHECK(acme.get("a").view() == "acme");
  CHECK(place.keyring->open("acme/" + place.service, std::chrono::steady_clock::now() + patience)
            ->find("b")
            ->view() == "acme");
}

LOCKSTEP_FOR_ALL_PLACES("credentials: the index holds the keys, for readers that need it") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("b", "1");
  store.set("a\"\n", "2");
  store.set("b", "3");
  CHECK(place.item(index_account) == R"(["b","a\"\n"])");
  store.remove("b");
  CHECK(place.item(index_account) == R"(["a\"\n"])");
  // One that others have stored is listed, though they left it out.
  place.items()->store("c", "4");
  CHECK(store.list() == Keys{"a\"\n", "c"});
  CHECK(place.item(index_account) == R"(["a\"\n"])");
  CHECK(store.rebuild_index() == 2);
  CHECK(place.item(index_account) == R"(["a\"\n","c"])");
  CHECK(store.get("c").view() == "4");
  CHECK(store.get_metadata("c") == CredentialMetadata{});
}

LOCKSTEP_FOR_ALL_PLACES("credentials: an index that cannot be read is written anew") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", "1");
  for (const char* bad : {"", "x", "{}", "[1]", "[\"a\""}) {
    CAPTURE(bad);
    place.items()->store(index_account, bad);
    CHECK(store.list() == Keys{"a"});
    store.set("a", "2");
    CHECK(place.item(index_account) == R"(["a"])");
    place.items()->store(index_account, bad);
    store.set("b", "3");
    store.remove("b");
    CHECK(place.item(index_account) == R"(["a"])");
  }
  place.items()->store(index_account, R"(["a","a","z"])");
  store.set("a", "4");
  CHECK(place.item(index_account) == R"(["z","a"])");
}

LOCKSTEP_FOR_ALL_PLACES("IndexStale: the value is stored, what belongs to it is not") {
  Place<Keyring> place;
  const auto failing = std::make_shared<FailingKeyring>(place.keyring);
  CredentialStore store(failing, place.options());
  store.set("a", "old");
  failing->fail(index_account);
  store.set("a", "new");  // the index is as it has to be
  const auto told = error_of(ErrorKind::index_stale, [&] { store.set("b", secret_value); });
  CHECK(told.what.find("stored, but not") != told.what.npos);
  CHECK(told.what.find("no answer") != told.what.npos);
  CHECK(store.get("b").view() == secret_value);
  CHECK(store.list() == Keys{"a", "b"});
  error_of(ErrorKind::index_stale, [&] { store.remove("a"); });
  CHECK(store.list() == Keys{"b"});
  failing->fail("__lockstep_meta__:");
  error_of(ErrorKind::index_stale, [&] { store.set("c", "value", noon); });
  CHECK(store.get("c").view() == "value");
  failing->fail("");
  CHECK(store.rebuild_index() == 2);
  CHECK(place.item(index_account) == R"(["b","c"])");
}

LOCKSTEP_FOR_ALL_PLACES("credentials: a keyring that fails before the value changes nothing") {
  Place<Keyring> place;
  const auto failing = std::make_shared<FailingKeyring>(place.keyring);
  CredentialStore store(failing, place.options());
  store.set("a", "old", noon);
  failing->fail("a");
  error_of(ErrorKind::unavailable, [&] { store.set("a", secret_value); });
  error_of(ErrorKind::unavailable, [&] { store.remove("a"); });
  CHECK(store.get("a").view() == "old");
  CHECK(store.get_metadata("a").expires == noon);
}

LOCKSTEP_FOR_ALL_PLACES("credentials: threads with stores of their own do not lose keys") {
  Place<Keyring> place;
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      CredentialStoreOptions options = place.options();
      CredentialStore store(place.keyring, options);
      try {
        for (int i = 0; i < 5; ++i) {
          const std::string key = std::to_string(t) + ":" + std::to_string(i);
          store.set(key, key);
          if (store.get(key).view() != key) ++failed;
          if (i % 2 == 1) store.remove(key);
        }
      } catch (const Error&) {
        ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  const Keys left = place.store().list();
  CHECK(left.size() == 12);
  const std::string before = place.item(index_account).value_or("");
  for (const std::string& key : left) CHECK(before.find('"' + key + '"') != before.npos);
  CHECK(std::count(before.begin(), before.end(), '"') == 24);
}

LOCKSTEP_FOR_ALL_PLACES("Unavailable: a writer that waits too long for another") {
  Place<Keyring> place;
  place.store().set("a", "value");
  const std::lock_guard lock(place.keyring->writers());
  auto waits = std::async(std::launch::async, [&] {
    CredentialStoreOptions options = place.options();
    options.timeout = 20ms;
    CredentialStore store(place.keyring, options);
    error_of(ErrorKind::unavailable, [&] { store.set("a", secret_value); });
  });
  waits.get();
  CHECK(place.store().get("a").view() == "value");  // who reads does not wait
}

LOCKSTEP_FOR_ALL_PLACES("CorruptData: a value of others that is no text") {
  Place<Keyring> place;
  place.items()->store("a", "\xFF");
  CredentialStore store = place.store();
  error_of(ErrorKind::corrupt_data, [&] { static_cast<void>(store.get("a")); });
  error_of(ErrorKind::corrupt_data, [&] { static_cast<void>(store.find("a")); });
  store.set("a", "a text");
  CHECK(store.get("a").view() == "a text");
}

TEST_CASE("credentials: options that cannot be meant are refused") {
  const auto refused = [](std::shared_ptr<Keyring> keyring, CredentialStoreOptions options) {
    error_of(ErrorKind::invalid_argument, [&] { CredentialStore(keyring, options); });
  };
  const auto keyring = std::make_shared<MemoryKeyring>();
  refused(nullptr, {});
  refused(keyring, {.service = ""});
  refused(keyring, {.service = "a/b"});
  refused(keyring, {.service = "\xFF"});
  refused(keyring, {.tenant = "a/b"});
  refused(keyring, {.tenant = std::string("\0", 1)});
  refused(keyring, {.timeout = 0ms});
  refused(keyring, {.timeout = -1ms});
  refused(keyring, {.timeout = std::chrono::milliseconds::max()});
}

}  // namespace
}  // namespace lockstep::tests
