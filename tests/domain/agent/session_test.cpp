// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

TEST_CASE_FIXTURE(Migrated, "a session context's life: save, read, touch") {
  on_both([&](Executor& ex) {
    const SessionContext saved = save_session_context(ex, session_context("s-1"));
    CHECK(saved.created_at == start_ms);
    CHECK(saved.last_used == start_ms);
    CHECK(find_session_context(ex, "s-1") == saved);
    CHECK(find_session_context_by_thread(ex, "C1", "1234567.890") == saved);
    clock.advance(1ms);
    const SessionContext touched = touch_session_context(ex, "s-1");
    CHECK(touched.last_used == start_ms + 1ms);
    CHECK(touched.created_at == start_ms);
    CHECK(find_session_context(ex, "s-1") == touched);
    CHECK_FALSE(find_session_context(ex, "s-2").has_value());
    const auto e = caught<NotFound>(ex, [](Executor& on) { touch_session_context(on, "s-2"); });
    CHECK(e.statement() == "agent.touch_session_context");
  });
}

TEST_CASE_FIXTURE(Migrated, "save_session_context: again overwrites every member") {
  on_both([&](Executor& ex) {
    save_session_context(ex, session_context("s-1"));
    const SessionContext full{.session_id = "s-1",
                              .channel = "C2",
                              .thread_ts = "2",
                              .user_id = "user-1",
                              .created_at = 3ms,
                              .last_used = 4ms};
    CHECK(save_session_context(ex, full) == full);
    CHECK(find_session_context(ex, "s-1") == full);
    clock.advance(1s);
    SessionContext bare = session_context("s-1");
    bare.user_id = "";
    bare = save_session_context(ex, bare);
    CHECK_FALSE(bare.user_id.has_value());
    CHECK(bare.created_at == start_ms + 1s);
    CHECK(bare.last_used == start_ms + 1s);
    CHECK(find_session_context(ex, "s-1") == bare);
    CHECK(count(ex, "session_contexts") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "find_session_context_by_thread: the one used last, ties by id") {
  on_both([&](Executor& ex) {
    CHECK_FALSE(find_session_context_by_thread(ex, "C1", "1234567.890").has_value());
    for (const char* id : {"b", "a", "c"}) save_session_context(ex, session_context(id));
    SessionContext other = session_context("0");
    other.thread_ts = "1234567.8900";
    other.last_used = start_ms + 1h;
    save_session_context(ex, other);
    const auto found = [&] {
      return find_session_context_by_thread(ex, "C1", "1234567.890").value().session_id;
    };
    CHECK(found() == "a");
    clock.advance(1ms);
    touch_session_context(ex, "c");
    CHECK(found() == "c");
    CHECK_FALSE(find_session_context_by_thread(ex, "c1", "1234567.890").has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "a thread session's life: save, read, touch") {
  on_both([&](Executor& ex) {
    const ThreadSession saved = save_thread_session(ex, thread_session("1.0"));
    CHECK(saved.created_at == start_ms);
    CHECK(saved.last_message_at == start_ms);
    CHECK(find_thread_session(ex, "C1", "1.0") == saved);
    clock.advance(1ms);
    const ThreadSession touched = touch_thread_session(ex, "C1", "1.0");
    CHECK(touched.last_message_at == start_ms + 1ms);
    CHECK(touched.created_at == start_ms);
    CHECK(find_thread_session(ex, "C1", "1.0") == touched);
    CHECK_FALSE(find_thread_session(ex, "C1", "1.00").has_value());
    CHECK_FALSE(find_thread_session(ex, "C2", "1.0").has_value());
    const auto e =
        caught<NotFound>(ex, [](Executor& on) { touch_thread_session(on, "C1", "1.00"); });
    CHECK(e.statement() == "agent.touch_thread_session");
  });
}

TEST_CASE_FIXTURE(Migrated, "save_thread_session: a thread has one, again overwrites it") {
  on_both([&](Executor& ex) {
    save_thread_session(ex, thread_session("1.0"));
    const ThreadSession other = save_thread_session(ex, thread_session("2.0"));
    const ThreadSession full{.channel = "C1",
                             .thread_ts = "1.0",
                             .session_key = "key-2",
                             .created_at = 3ms,
                             .last_message_at = 4ms};
    CHECK(save_thread_session(ex, full) == full);
    CHECK(find_thread_session(ex, "C1", "1.0") == full);
    CHECK(find_thread_session(ex, "C1", "2.0") == other);
    CHECK(count(ex, "thread_sessions") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "sessions: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    using Key = const std::string&;
    const auto refuse = [&](std::string_view what, auto&& f, std::size_t max = 255) {
      check_refuses_bad_keys(ex, what, f, max);
    };
    refuse("session.session_id",
           [](Executor& on, Key key) { save_session_context(on, session_context(key)); });
    refuse("session.session_id",
           [](Executor& on, Key key) { static_cast<void>(find_session_context(on, key)); });
    refuse("session.session_id", [](Executor& on, Key key) { touch_session_context(on, key); });
    refuse("session.channel", [](Executor& on, Key key) {
      static_cast<void>(find_session_context_by_thread(on, key, "1"));
    });
    refuse("session.channel",
           [](Executor& on, Key key) { static_cast<void>(find_thread_session(on, key, "1")); });
    refuse("session.channel", [](Executor& on, Key key) { touch_thread_session(on, key, "1"); });
    const auto refuse_thread = [&](auto&& f) { refuse("session.thread_ts", f, 64); };
    refuse_thread([](Executor& on, Key key) { save_thread_session(on, thread_session(key)); });
    refuse_thread([](Executor& on, Key key) {
      static_cast<void>(find_session_context_by_thread(on, "C1", key));
    });
    refuse_thread(
        [](Executor& on, Key key) { static_cast<void>(find_thread_session(on, "C1", key)); });
    refuse_thread([](Executor& on, Key key) { touch_thread_session(on, "C1", key); });
    CHECK(count(ex, "session_contexts") == 0);
    CHECK(count(ex, "thread_sessions") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "sessions: bad members are InvalidArgument") {
  on_both([&](Executor& ex) {
    const auto refuse_context = [&](std::string_view what, auto&& change) {
      SessionContext bad = session_context("s-1");
      change(bad);
      const auto e =
          caught<InvalidArgument>(ex, [&](Executor& on) { save_session_context(on, bad); });
      CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
    };
    refuse_context("session.channel", [](SessionContext& s) { s.channel = ""; });
    refuse_context("session.thread_ts", [](SessionContext& s) { s.thread_ts = ""; });
    refuse_context("session.user_id", [](SessionContext& s) { s.user_id = " u"; });
    refuse_context("session.created_at", [](SessionContext& s) { s.created_at = -1ms; });
    refuse_context("session.last_used", [](SessionContext& s) { s.last_used = -1ms; });
    const auto refuse_thread = [&](std::string_view what, auto&& change) {
      ThreadSession bad = thread_session("1.0");
      change(bad);
      const auto e =
          caught<InvalidArgument>(ex, [&](Executor& on) { save_thread_session(on, bad); });
      CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
    };
    refuse_thread("session.channel", [](ThreadSession& s) { s.channel = ""; });
    refuse_thread("session.session_key", [](ThreadSession& s) { s.session_key = ""; });
    refuse_thread("session.created_at", [](ThreadSession& s) { s.created_at = -1ms; });
    refuse_thread("session.last_message_at", [](ThreadSession& s) { s.last_message_at = -1ms; });
    CHECK(count(ex, "session_contexts") == 0);
    CHECK(count(ex, "thread_sessions") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
