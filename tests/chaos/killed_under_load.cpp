// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <atomic>
#include <random>

#include "chaos/crew.hpp"
#include "chaos/server_promises.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::chaos {
namespace {

// Two sets of threads: one counts on the errors of transactions, the other on tokens.
constexpr int writers = 8;
constexpr std::uint64_t between_kills = 400;      // what each set does at least
constexpr long long thread_ids = 10'000'000'000;  // numbers of one thread

// A row has a number of its own, and its id is no key: what is written twice is there twice.
constexpr Sql left_sql{"chaos.left", "INSERT INTO chaos_left (id) VALUES (:id)"};
constexpr Sql right_sql{"chaos.right", "INSERT INTO chaos_right (id) VALUES (:id)"};
constexpr Sql once_sql{"chaos.once", "INSERT INTO chaos_once (id) VALUES (:id)"};

enum class Stage { begin, insert, commit };

struct Failure {
  long long id;
  Stage stage;
  ErrorKind kind;
};

// What one thread was told.
struct Journal {
  std::vector<long long> acked;
  std::vector<Failure> failed;
  int wrong_kinds = 0;  // of calls with a token
};

using Ids = std::vector<long long>;  // sorted

Ids missing(const Ids& wanted, const Ids& found) {
  Ids out;
  std::set_difference(wanted.begin(), wanted.end(), found.begin(), found.end(),
                      std::back_inserter(out));
  return out;
}

Ids common(const Ids& a, const Ids& b) {
  Ids out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// Removes what is there more than once, and returns it.
Ids take_doubles(Ids& ids) {
  Ids doubled;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i] == ids[i - 1]) doubled.push_back(ids[i]);
  }
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return doubled;
}

// The rows of a table that are there more than once, in words.
std::string describe_doubles(const Server& server, const std::string& table, const Ids& ids) {
  std::string text;
  for (std::size_t i = 0; i < ids.size() && i < 3; ++i) {
    text += " (" + std::to_string(ids[i]) + " in " + table + " as row";
    const std::string where = " WHERE id = " + std::to_string(ids[i]) + " ORDER BY n";
    for (const long long n : server.raw_numbers("SELECT n FROM " + table + where)) {
      text += " " + std::to_string(n);
    }
    text += ")";
  }
  return text;
}

std::string count(const Ids& ids) { return grouped(ids.size()); }

class Load {
 public:
  explicit Load(const Server& server)
      : db_(server.open(
            {.max_open_connections = 2 * writers, .max_idle_connections = 2 * writers})) {
    Migrator(db_, MigrationSet::embedded(server.engine())).up();
    const std::string number = server.engine() == Engine::postgres
                                   ? "n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
                                   : "n BIGINT AUTO_INCREMENT PRIMARY KEY";
    for (const std::string table : {"chaos_left", "chaos_right", "chaos_once"}) {
      db_.execute("DROP TABLE IF EXISTS " + table);
      db_.execute("CREATE TABLE " + table + " (" + number + ", id BIGINT NOT NULL)");
    }
  }

  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  // Nobody waits for a server that does not come back.
  ~Load() { abandoned_ = true; }

  void start() {
    for (int i = 0; i < writers; ++i) {
      threads_.emplace_back([this, i](const std::stop_token& stop) { write(stop, i); });
      threads_.emplace_back([this, i](const std::stop_token& stop) { write_once(stop, i); });
    }
  }

  // Until both sets have done so many more.
  void await_progress(std::uint64_t more) const {
    const std::uint64_t written = written_ + more;
    const std::uint64_t once = once_ + more;
    const auto until = Clock::now() + std::chrono::minutes(1);
    while (written_ < written || once_ < once) {
      if (Clock::now() > until) throw std::runtime_error("writers stand still for a minute");
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

  void stop() {
    for (std::jthread& thread : threads_) thread.request_stop();
    threads_.clear();
  }

  [[nodiscard]] Ids acked() const { return gather(journals_); }
  [[nodiscard]] Ids done_once() const { return gather(once_journals_); }
  [[nodiscard]] std::vector<Failure> failed() const {
    std::vector<Failure> all;
    for (const Journal& journal : journals_) {
      all.insert(all.end(), journal.failed.begin(), journal.failed.end());
    }
    return all;
  }
  [[nodiscard]] int wrong_once() const {
    int all = 0;
    for (const Journal& journal : once_journals_) all += journal.wrong_kinds;
    return all;
  }
  [[nodiscard]] std::size_t errors_once() const {
    std::size_t all = 0;
    for (const Journal& journal : once_journals_) all += journal.failed.size();
    return all;
  }

 private:
  using Journals = std::array<Journal, writers>;

  static Ids gather(const Journals& journals) {
    Ids all;
    for (const Journal& journal : journals) {
      all.insert(all.end(), journal.acked.begin(), journal.acked.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  void write(const std::stop_token& stop, int thread) {
    Journal& journal = journals_[static_cast<std::size_t>(thread)];
    for (long long id = thread * thread_ids; !stop.stop_requested(); ++id) {
      Stage stage = Stage::begin;
      try {
        Transaction tx = db_.begin();
        stage = Stage::insert;
        tx.execute(left_sql, id);
        tx.execute(right_sql, id);
        stage = Stage::commit;
        tx.commit();
        journal.acked.push_back(id);
        ++written_;
      } catch (const Error& e) {
        journal.failed.push_back({id, stage, e.kind()});
      }
    }
  }

  // As a user of tokens does it: again, with the same token, until there is an answer.
  void write_once(const std::stop_token& stop, int thread) {
    Journal& journal = once_journals_[static_cast<std::size_t>(thread)];
    for (long long id = thread * thread_ids; !stop.stop_requested(); ++id) {
      const std::string token = "chaos-" + std::to_string(id);
      while (!settled(token, id, journal)) {
        if (abandoned_) return;
      }
      journal.acked.push_back(id);
      ++once_;
    }
  }

  bool settled(const std::string& token, long long id, Journal& journal) {
    try {
      db_.transaction(token, [id](Transaction& tx) { tx.execute(once_sql, id); }, {.retries = 3});
      return true;
    } catch (const Error& e) {
      const bool known =
          e.kind() == ErrorKind::connection_lost || e.kind() == ErrorKind::commit_unknown;
      journal.wrong_kinds += known ? 0 : 1;
      journal.failed.push_back({id, Stage::begin, e.kind()});
      return false;
    }
  }

  Database db_;
  std::atomic<std::uint64_t> written_ = 0;
  std::atomic<std::uint64_t> once_ = 0;
  std::atomic<bool> abandoned_ = false;
  Journals journals_;
  Journals once_journals_;
  std::vector<std::jthread> threads_;  // ends first
};

// What the raw client sees of the two tables that every transaction writes.
struct Found {
  explicit Found(const Server& server)
      : left(server.raw_numbers("SELECT id FROM chaos_left ORDER BY id")),
        right(server.raw_numbers("SELECT id FROM chaos_right ORDER BY id")),
        left_doubles(take_doubles(left)),
        right_doubles(take_doubles(right)),
        doubled(left_doubles.size() + right_doubles.size()),
        details(describe_doubles(server, "chaos_left", left_doubles) +
                describe_doubles(server, "chaos_right", right_doubles)),
        both(common(left, right)),
        half(left.size() + right.size() - 2 * both.size()) {}
  Ids left;
  Ids right;
  Ids left_doubles;
  Ids right_doubles;
  std::size_t doubled;
  std::string details;
  Ids both;
  std::size_t half;
};

Verdict judge_acks(const std::string& what, const Ids& acked, const Found& found) {
  const Ids lost = missing(acked, found.both);
  return {what + "acknowledged commits stay", "",
          "acked " + count(acked) + ", lost " + count(lost) + ", doubled " +
              grouped(found.doubled) + found.details + ", half " + grouped(found.half),
          !acked.empty() && lost.empty() && found.doubled == 0 && found.half == 0};
}

Verdict judge_errors(const std::string& what, const std::vector<Failure>& failed, const Ids& acked,
                     const Found& found) {
  Ids before;
  Ids in_doubt;
  Complaints wrong;
  for (const Failure& failure : failed) {
    const bool at_commit = failure.stage == Stage::commit;
    const ErrorKind right = at_commit ? ErrorKind::commit_unknown : ErrorKind::connection_lost;
    (at_commit ? in_doubt : before).push_back(failure.id);
    if (failure.kind != right) {
      wrong.add(std::string(to_string(failure.kind)) + (at_commit ? " at" : " before") + " COMMIT");
    }
  }
  std::sort(before.begin(), before.end());
  std::sort(in_doubt.begin(), in_doubt.end());
  const Ids present = common(before, found.left);
  const Ids strays = missing(missing(found.both, acked), in_doubt);
  return {what + "errors say what happened", "",
          "before COMMIT " + count(before) + ", rows of them " + count(present) + "; at COMMIT " +
              count(in_doubt) + ", rows of them " + count(common(in_doubt, found.both)) +
              "; wrong kind " + std::to_string(wrong.count()) + wrong.text() +
              (strays.empty() ? "" : "; rows of nobody " + count(strays)),
          !failed.empty() && present.empty() && strays.empty() && wrong.count() == 0};
}

Verdict judge_tokens(const std::string& what, const Load& load, const Server& server) {
  Ids found = server.raw_numbers("SELECT id FROM chaos_once ORDER BY id");
  const std::size_t doubled = take_doubles(found).size();
  const Ids done = load.done_once();
  const Ids lost = missing(done, found);
  const Ids strays = missing(found, done);
  return {
      what + "transaction(token) exactly once", "",
      "operations " + count(done) + ", missing " + count(lost) + ", doubled " +
          grouped(doubled + strays.size()) + ", errors on the way " + grouped(load.errors_once()) +
          ", wrong kind " + std::to_string(load.wrong_once()),
      !done.empty() && lost.empty() && strays.empty() && doubled == 0 && load.wrong_once() == 0};
}

}  // namespace

std::vector<Verdict> killed_under_load(const Server& server, const Scale& scale) {
  const int kills = scale.of(5, 200);
  std::minstd_rand random(4711);
  std::uniform_int_distribution<int> pause_us(0, 30'000);
  Load load(server);
  load.start();
  for (int i = 0; i < kills; ++i) {
    load.await_progress(between_kills);
    std::this_thread::sleep_for(microseconds(pause_us(random)));
    server.kill();
    server.restart();
  }
  load.await_progress(between_kills);
  load.stop();
  const Found found(server);
  const Ids acked = load.acked();
  const std::string what = server.name() + ": kill -9 under load: ";
  std::vector<Verdict> verdicts{judge_acks(what, acked, found),
                                judge_errors(what, load.failed(), acked, found),
                                judge_tokens(what, load, server)};
  for (Verdict& verdict : verdicts) verdict.trials = std::to_string(kills) + " kills";
  return verdicts;
}

}  // namespace lockstep::chaos
