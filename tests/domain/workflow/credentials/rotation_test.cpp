// SPDX-License-Identifier: BSL-1.0
// Times of credentials, and values that are replaced in two steps.
#include "places.hpp"

namespace lockstep::tests {
namespace {

LOCKSTEP_FOR_ALL_PLACES("metadata: when it was set and when it expires") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", "1", noon + 1us);
  CHECK(store.get_metadata("a") == CredentialMetadata{.created = noon, .expires = noon + 1us});
  place.now = noon + 1h;
  store.set("a", "2");
  CHECK(store.get_metadata("a") == CredentialMetadata{.created = noon + 1h});
  const Timestamp beyond = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
  error_of(ErrorKind::invalid_argument, [&] { store.set("a", "3", beyond); });
  error_of(ErrorKind::invalid_argument, [&] { store.rotate("a", "3", beyond); });
  CHECK(store.get("a").view() == "2");
  CredentialStore by_system_clock(place.keyring, {.service = place.service, .timeout = patience});
  by_system_clock.set("a", "4");
  CHECK(by_system_clock.get_metadata("a").created > noon);
}

LOCKSTEP_FOR_ALL_PLACES("metadata: what expires is listed, and can still be read") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("never", "1");
  store.set("late", "2", noon + 1h);
  store.set("now", "3", noon);
  store.set("gone", "4", noon - 1h);
  CHECK(store.list_expiring(noon - 2h).empty());
  CHECK(store.list_expiring(noon) == Keys{"gone", "now"});
  CHECK(store.list_expiring(noon + 24h) == Keys{"gone", "late", "now"});
  CHECK(store.get("gone").view() == "4");
  CHECK(is_expired(store.get_metadata("now"), noon));
  CHECK(!is_expired(store.get_metadata("now"), noon - 1us));
  CHECK(!is_expired(store.get_metadata("never"), noon + 24h));
  store.remove("gone");
  CHECK(store.list_expiring(noon) == Keys{"now"});
}

LOCKSTEP_FOR_ALL_PLACES("metadata: what others have made of it is CorruptData") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", std::string(secret_value));
  for (const char* bad : {"", "x", "[]", R"({"created":1})", R"({"expires":"soon"})",
                          R"({"previous":[]})", R"({"previous":{"rotated":"2024"}})"}) {
    CAPTURE(bad);
    place.items()->store("__lockstep_meta__:a", bad);
    const auto told =
        error_of(ErrorKind::corrupt_data, [&] { static_cast<void>(store.get_metadata("a")); });
    CHECK(told.server_message == "a");
    error_of(ErrorKind::corrupt_data, [&] { static_cast<void>(store.list_expiring(noon)); });
    error_of(ErrorKind::corrupt_data, [&] { store.rotate("a", "next"); });
    CHECK(store.get("a").view() == secret_value);
  }
  place.items()->store("__lockstep_meta__:a",
                       R"({"created":"2024-05-01T12:00:00Z","owner":"someone"})");
  CHECK(store.get_metadata("a") == CredentialMetadata{.created = noon});
  CHECK(place.items()->find("__lockstep_meta__:a").has_value());
}

LOCKSTEP_FOR_ALL_PLACES("rotate: the previous value is kept until it is confirmed") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", "old", noon + 1h);
  place.now = noon + 30min;
  store.rotate("a", "new", noon + 24h);
  CHECK(store.get("a").view() == "new");
  REQUIRE(store.find_previous("a"));
  CHECK(store.find_previous("a")->view() == "old");
  CHECK(store.get_metadata("a") == CredentialMetadata{.created = noon,
                                                      .expires = noon + 24h,
                                                      .rotated = noon + 30min,
                                                      .rotation_pending = true});
  error_of(ErrorKind::invalid_state, [&] { store.rotate("a", "newer"); });
  CHECK(store.list() == Keys{"a"});
  store.confirm_rotation("a");
  CHECK(store.get("a").view() == "new");
  CHECK(!store.find_previous("a"));
  CHECK(store.get_metadata("a") ==
        CredentialMetadata{.created = noon, .expires = noon + 24h, .rotated = noon + 30min});
  CHECK(!place.item("__lockstep_previous__:a"));
  error_of(ErrorKind::invalid_state, [&] { store.confirm_rotation("a"); });
  error_of(ErrorKind::invalid_state, [&] { store.revert_rotation("a"); });
  store.rotate("a", "newer");
  CHECK(store.find_previous("a")->view() == "new");
}

LOCKSTEP_FOR_ALL_PLACES("rotate: reverted, all is as it was") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", "first", noon + 1h);
  store.rotate("a", "old", noon + 2h);
  store.confirm_rotation("a");
  const CredentialMetadata before = store.get_metadata("a");
  place.now = noon + 30min;
  store.rotate("a", "new");
  store.revert_rotation("a");
  CHECK(store.get("a").view() == "old");
  CHECK(store.get_metadata("a") == before);
  CHECK(!place.item("__lockstep_previous__:a"));
  error_of(ErrorKind::invalid_state, [&] { store.revert_rotation("a"); });
}

LOCKSTEP_FOR_ALL_PLACES("rotate: the present value is refused, and set ends a rotation") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  store.set("a", secret_value);
  error_of(ErrorKind::invalid_argument, [&] { store.rotate("a", secret_value); });
  CHECK(!store.get_metadata("a").rotation_pending);
  store.rotate("a", "new");
  store.set("a", "other");
  CHECK(!store.find_previous("a"));
  CHECK(store.get_metadata("a") == CredentialMetadata{.created = noon});
}

LOCKSTEP_FOR_ALL_PLACES("rotate: one that others have stored") {
  Place<Keyring> place;
  CredentialStore store = place.store();
  place.items()->store("a", "theirs");
  store.rotate("a", "ours", noon + 1h);
  CHECK(store.get_metadata("a") ==
        CredentialMetadata{.expires = noon + 1h, .rotated = noon, .rotation_pending = true});
  CHECK(place.item("__goflow_index__") == R"(["a"])");
  store.revert_rotation("a");
  CHECK(store.get("a").view() == "theirs");
  CHECK(store.get_metadata("a") == CredentialMetadata{});
}

LOCKSTEP_FOR_ALL_PLACES("rotate: broken off, it leaves the old state or the new one") {
  Place<Keyring> place;
  const auto failing = std::make_shared<FailingKeyring>(place.keyring);
  CredentialStore store(failing, place.options());
  store.set("a", "old", noon + 1h);
  const CredentialMetadata before = store.get_metadata("a");
  failing->fail("__lockstep_previous__:");
  error_of(ErrorKind::unavailable, [&] { store.rotate("a", secret_value); });
  CHECK(store.get("a").view() == "old");
  failing->fail("a");  // the previous value is there already
  error_of(ErrorKind::unavailable, [&] { store.rotate("a", secret_value); });
  CHECK(store.get("a").view() == "old");
  CHECK(store.get_metadata("a") == before);
  CHECK(!store.find_previous("a"));
  error_of(ErrorKind::invalid_state, [&] { store.confirm_rotation("a"); });
  failing->fail("__lockstep_meta__:");  // both values are, their times are not
  error_of(ErrorKind::index_stale, [&] { store.rotate("a", "new", noon + 2h); });
  CHECK(store.get("a").view() == "new");
  CHECK(store.find_previous("a")->view() == "old");
  failing->fail("");
  store.revert_rotation("a");
  CHECK(store.get("a").view() == "old");
  CHECK(store.get_metadata("a") == before);
  store.rotate("a", "new", noon + 2h);
  failing->fail("__lockstep_meta__:");
  error_of(ErrorKind::index_stale, [&] { store.confirm_rotation("a"); });
  CHECK(!store.find_previous("a"));
  CHECK(!store.get_metadata("a").rotation_pending);
}

}  // namespace
}  // namespace lockstep::tests
