// SPDX-License-Identifier: BSL-1.0
#include "support/fake_session.hpp"

#include <algorithm>
#include <thread>

namespace lockstep::tests {
namespace {

const Dialect fake_dialect{
    .engine = Engine::sqlite,
    .name = "fake",
    .driver = "fake",
    .title = "Fake",
    .lexical = {},
    .capabilities = {},
    .errors = {},
    .parse = nullptr,
    .open = nullptr,
    .classify = [](const NativeError& e) noexcept { return static_cast<ErrorKind>(e.code - 1); },
};

}  // namespace

detail::Source FakeServer::source(bool single_connection) {
  detail::Source source;
  source.dialect = &fake_dialect;
  source.target = {.dsn = "fake:", .redacted = "fake:", .single_connection = single_connection};
  source.open = [this] { return open(); };
  return source;
}

void FakeServer::fail_opens(int times, NativeError error) {
  const std::lock_guard lock(mutex_);
  failing_opens_ = times;
  open_error_ = std::move(error);
}

void FakeServer::on_open(std::function<void()> hook) {
  const std::lock_guard lock(mutex_);
  open_hook_ = std::move(hook);
}

void FakeServer::fail(std::string begins_with, NativeError error, TransactionState after) {
  const std::lock_guard lock(mutex_);
  scripts_.push_back({std::move(begins_with), std::move(error), after});
}

void FakeServer::outlast_deadline(std::string begins_with) {
  const std::lock_guard lock(mutex_);
  scripts_.push_back({std::move(begins_with), std::nullopt});
}

void FakeServer::restart() {
  const std::lock_guard lock(mutex_);
  dead_up_to_ = counts_.opens;
}

void FakeServer::kill(int session) {
  const std::lock_guard lock(mutex_);
  dead_.push_back(session);
}

void FakeServer::answer_resets(bool good) {
  const std::lock_guard lock(mutex_);
  resets_good_ = good;
}

void FakeServer::close_links(bool closed) {
  const std::lock_guard lock(mutex_);
  links_closed_ = closed;
}

void FakeServer::answer_pings(bool answered) {
  const std::lock_guard lock(mutex_);
  pings_answered_ = answered;
}

void FakeServer::answer_rows(std::size_t rows) {
  const std::lock_guard lock(mutex_);
  rows_ = rows;
}

std::vector<std::string> FakeServer::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

FakeServer::Counts FakeServer::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::unique_ptr<Session> FakeServer::open() {
  opening.pass();
  const std::lock_guard lock(mutex_);
  if (failing_opens_ > 0) {
    --failing_opens_;
    ++counts_.failed_opens;
    throw open_error_;
  }
  if (open_hook_) open_hook_();
  ++counts_.opens;
  counts_.most_open = std::max(counts_.most_open, counts_.opens - counts_.closes);
  return std::make_unique<FakeSession>(*this, counts_.opens);
}

bool FakeServer::alive(int session) const {
  const std::lock_guard lock(mutex_);
  return session > dead_up_to_ && std::find(dead_.begin(), dead_.end(), session) == dead_.end();
}

bool FakeServer::closed(int session) const {
  if (alive(session)) return false;
  const std::lock_guard lock(mutex_);
  return links_closed_;
}

std::optional<FakeServer::Script> FakeServer::hear(std::string_view text) {
  const std::lock_guard lock(mutex_);
  commands_.emplace_back(text);
  const auto it = std::find_if(scripts_.begin(), scripts_.end(), [text](const Script& script) {
    return text.starts_with(script.begins_with);
  });
  if (it == scripts_.end()) return std::nullopt;
  Script script = std::move(*it);
  scripts_.erase(it);
  return script;
}

FakeSession::~FakeSession() {
  server_.closing.pass();
  const std::lock_guard lock(server_.mutex_);
  ++server_.counts_.closes;
}

std::unique_ptr<Statement> FakeSession::prepare(std::string_view text) {
  return std::make_unique<FakeStatement>(server_, *this, text);
}

void FakeSession::run(std::string_view text) {
  const auto script = server_.hear(text);
  if (!server_.alive(id_)) {
    state_ = TransactionState::unknown;
    throw failure(ErrorKind::connection_lost);
  }
  if (script && script->error) {
    if (state_ != TransactionState::none) state_ = script->after;
    if (script->error->link_lost) {
      state_ = TransactionState::unknown;
      server_.kill(id_);
    }
    throw *script->error;
  }
  if (script) outlast_deadline();
  if (text == "BEGIN") state_ = TransactionState::active;
  if (text == "COMMIT" || text == "ROLLBACK") state_ = TransactionState::none;
}

void FakeSession::outlast_deadline() const noexcept {
  while (limits_.deadline && std::chrono::steady_clock::now() < *limits_.deadline) {
    std::this_thread::yield();
  }
}

bool FakeSession::ping() noexcept {
  server_.pinging.pass();
  const bool living = server_.alive(id_);
  std::unique_lock lock(server_.mutex_);
  ++server_.counts_.pings;
  if (server_.pings_answered_) return living;
  lock.unlock();
  outlast_deadline();
  return false;
}

bool FakeSession::reset() noexcept {
  const std::lock_guard lock(server_.mutex_);
  ++server_.counts_.resets;
  return server_.resets_good_;
}

void FakeStatement::execute(std::span<const Value>, Fetch) {
  session_.run(text_);
  const std::lock_guard lock(server_.mutex_);
  rows_left_ = server_.rows_;
}

bool FakeStatement::next() {
  if (rows_left_ == 0) return false;
  --rows_left_;
  row_.assign(1, Value::integer(static_cast<std::int64_t>(rows_left_)));
  return true;
}

}  // namespace lockstep::tests
