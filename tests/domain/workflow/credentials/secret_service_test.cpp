// SPDX-License-Identifier: BSL-1.0
// The user's keyring when it cannot be had, and what others find in it. Runs under with_keyring.
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "places.hpp"

namespace lockstep::tests {
namespace {

std::string env(const std::string& name) {
  const char* const text = std::getenv(name.c_str());
  REQUIRE_MESSAGE(text != nullptr, "run this under with_keyring: no " << name);
  return text;
}

CredentialStore store_on(std::string bus, std::chrono::milliseconds timeout = patience) {
  return CredentialStore(
      std::make_shared<SecretServiceKeyring>(SecretServiceOptions{.bus_address = std::move(bus)}),
      {.timeout = timeout});
}

// Every operation says that there is no keyring, and why.
void check_unavailable(CredentialStore store, std::string_view why) {
  const auto unavailable = [&](auto&& f) {
    const ErrorInfo told = error_of(ErrorKind::unavailable, f);
    CHECK_MESSAGE(told.what.find(why) != told.what.npos, told.what);
    CHECK(told.what.starts_with("keyring: "));
  };
  unavailable([&] { store.available(); });
  unavailable([&] { store.set("a", secret_value); });
  unavailable([&] { static_cast<void>(store.get("a")); });
  unavailable([&] { static_cast<void>(store.find("a")); });
  unavailable([&] { static_cast<void>(store.list()); });
  unavailable([&] { static_cast<void>(store.get_metadata("a")); });
  unavailable([&] { static_cast<void>(store.list_expiring(noon)); });
  unavailable([&] { store.rotate("a", secret_value); });
  unavailable([&] { store.remove("a"); });
  unavailable([&] { store.rebuild_index(); });
}

// A bus that takes connections and says nothing.
class SilentBus {
 public:
  SilentBus() : path_(env("LOCKSTEP_TEST_KEYRINGS") + "/silent"), socket_(open(path_)) {}
  SilentBus(const SilentBus&) = delete;
  SilentBus& operator=(const SilentBus&) = delete;
  ~SilentBus() {
    ::close(socket_);
    ::unlink(path_.c_str());
  }
  [[nodiscard]] std::string address() const { return "unix:path=" + path_; }

 private:
  static int open(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
    const int made = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(made, 16) == 0);
    return made;
  }

  std::string path_;
  int socket_;
};

// The provider of the session bus, which owns its name and answers nothing.
class FrozenProvider {
 public:
  FrozenProvider() : pid_(std::stoi(env("LOCKSTEP_TEST_KEYRING_PID"))) {
    REQUIRE(::kill(pid_, SIGSTOP) == 0);
    while (state() != 'T') {
    }
  }
  FrozenProvider(const FrozenProvider&) = delete;
  FrozenProvider& operator=(const FrozenProvider&) = delete;
  ~FrozenProvider() { ::kill(pid_, SIGCONT); }

 private:
  [[nodiscard]] char state() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    return name_end == line.npos ? 'T' : line.at(name_end + 2);
  }

  int pid_;
};

// A session of the session bus that ends soon; as soon as the machine can open one.
std::unique_ptr<KeyringSession> open_for_a_moment() {
  SecretServiceKeyring keyring;
  for (auto moment = 100ms;; moment *= 2) {
    try {
      return keyring.open("goflow", std::chrono::steady_clock::now() + moment);
    } catch (const Unavailable&) {
      REQUIRE(moment < patience);
    }
  }
}

class WithoutVariable {
 public:
  explicit WithoutVariable(std::string name) : name_(std::move(name)), value_(env(name_)) {
    ::unsetenv(name_.c_str());
  }
  WithoutVariable(const WithoutVariable&) = delete;
  WithoutVariable& operator=(const WithoutVariable&) = delete;
  ~WithoutVariable() { ::setenv(name_.c_str(), value_.c_str(), 1); }

 private:
  std::string name_;
  std::string value_;
};

// What a command of the shell writes to its output.
std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), n);
  }
  REQUIRE(::pclose(pipe) == 0);
  return out;
}

// As go-keyring writes an item, but for the attribute that names a schema.
void store_as_others(const std::string& account, const std::string& value) {
  output_of("printf %s '" + value + "' | secret-tool store --label=\"Password for '" + account +
            "' on 'goflow'\" service goflow username '" + account + "'");
}

std::string look_up_as_others(const std::string& account) {
  return output_of("secret-tool lookup service goflow username '" + account + "'");
}

constexpr std::string_view call = "gdbus call --session --dest org.freedesktop.secrets ";

// All properties of the one item of that account, as gdbus writes them.
std::string properties_of(const std::string& account) {
  const std::string found = output_of(std::string(call) +
                                      "--object-path /org/freedesktop/secrets/collection/login "
                                      "--method org.freedesktop.Secret.Collection.SearchItems "
                                      "\"{'service': 'goflow', 'username': '" +
                                      account + "'}\"");
  const auto begin = found.find('\'');
  const auto end = found.find('\'', begin + 1);
  REQUIRE(end != found.npos);
  CHECK(found.find('\'', end + 1) == found.npos);  // one item
  return output_of(std::string(call) + "--object-path " + found.substr(begin + 1, end - begin - 1) +
                   " --method org.freedesktop.DBus.Properties.GetAll org.freedesktop.Secret.Item");
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_CASE("Unavailable: no session bus") {
  const WithoutVariable no_bus("DBUS_SESSION_BUS_ADDRESS");
  check_unavailable(store_on(""), "session bus: g-io-error-quark");
}

TEST_CASE("Unavailable: a bus that is not there, and one that is no address") {
  check_unavailable(store_on("unix:path=/nonexistent/bus"), "connect: g-io-error-quark");
  check_unavailable(store_on("nonsense"), "connect: g-io-error-quark");
}

TEST_CASE("Unavailable: a bus without a provider of secrets") {
  check_unavailable(store_on(env("LOCKSTEP_TEST_BUS_EMPTY")), "no provider of secrets on the bus");
}

TEST_CASE("Unavailable: a keyring that is locked, and no prompt") {
  check_unavailable(store_on(env("LOCKSTEP_TEST_BUS_LOCKED")),
                    "locked, and does not open without a prompt");
}

TEST_CASE("Unavailable: a keyring that was never set up") {
  check_unavailable(store_on(env("LOCKSTEP_TEST_BUS_NEW")), "it has no default collection");
}

TEST_CASE("Unavailable: a bus that never answers") {
  const SilentBus bus;
  check_unavailable(store_on(bus.address(), 50ms), "connect: no answer within the timeout");
}

TEST_CASE("Unavailable: a provider that never answers, and all is well once it does") {
  CredentialStore store = store_on("");
  store.set("frozen", "value");
  {
    const FrozenProvider frozen;
    check_unavailable(store_on("", 50ms), "no answer within the timeout");
  }
  CHECK(store.get("frozen").view() == "value");
  store.remove("frozen");
}

TEST_CASE("Unavailable: a provider that falls silent within an operation") {
  CredentialStore store = store_on("");
  store.set("frozen", "value");
  const auto items = open_for_a_moment();
  {
    const FrozenProvider frozen;
    const auto silent = [&](auto&& f) {
      const auto told = error_of(ErrorKind::unavailable, f);
      CHECK_MESSAGE(holds(told.what, "no answer within the timeout"), told.what);
    };
    silent([&] { static_cast<void>(items->find("frozen")); });
    silent([&] { items->store("frozen", secret_value); });
    silent([&] { items->erase("frozen"); });
    silent([&] { static_cast<void>(items->accounts()); });
  }
  CHECK(store.get("frozen").view() == "value");
  store.remove("frozen");
}

TEST_CASE("Unavailable: a bus that goes away, which does not take the program along") {
  const std::string bus = env("LOCKSTEP_TEST_BUS_DOOMED");
  SecretServiceKeyring keyring({.bus_address = bus});
  const auto items = keyring.open("goflow", std::chrono::steady_clock::now() + patience);
  items->store("a", "value");
  REQUIRE(::kill(std::stoi(env("LOCKSTEP_TEST_DOOMED_PID")), SIGTERM) == 0);
  error_of(ErrorKind::unavailable, [&] {
    for (;;) static_cast<void>(items->find("a"));  // until it has gone
  });
  check_unavailable(store_on(bus), "connect: g-io-error-quark");
}

TEST_CASE("SecretService: the default collection where there is no login") {
  CredentialStore store = store_on(env("LOCKSTEP_TEST_BUS_DEFAULT"));
  store.set("a", "value");
  CHECK(store.get("a").view() == "value");
  CHECK(store.list() == Keys{"a"});
  store.remove("a");
}

TEST_CASE("SecretService: what others store is read, overwritten and removed") {
  CredentialStore store = store_on("");
  store_as_others("theirs", "value of theirs");
  CHECK(store.get("theirs").view() == "value of theirs");
  CHECK(store.list() == Keys{"theirs"});
  store_as_others("__goflow_index__", R"(["theirs"])");
  store.set("ours", "1");
  CHECK(look_up_as_others("__goflow_index__") == R"(["theirs","ours"])");
  store.set("theirs", "2");
  CHECK(store.get("theirs").view() == "2");
  CHECK(look_up_as_others("theirs") == "2");
  properties_of("theirs");
  properties_of("__goflow_index__");
  store.remove("theirs");
  CHECK(look_up_as_others("__goflow_index__") == R"(["ours"])");
  store.remove("ours");
}

TEST_CASE("SecretService: items of more attributes do not hide what is stored") {
  CredentialStore store = store_on("");
  output_of("printf theirs | secret-tool store --label=x service goflow username a more 1");
  output_of("printf theirs | secret-tool store --label=x service goflow username a more 2");
  CHECK(store.get("a").view() == "theirs");
  CHECK(store.list() == Keys{"a"});
  store.set("a", "ours");
  CHECK(store.get("a").view() == "ours");
  properties_of("a");
  output_of("printf theirs | secret-tool store --label=x service goflow username a more 1");
  store.remove("a");
  CHECK(!store.find("a"));
}

TEST_CASE("SecretService: what is stored here is what others look for") {
  CredentialStore store = store_on("");
  store.set("server:it's", "ours \xC3\xA9");
  CHECK(output_of("secret-tool lookup service goflow username \"server:it's\"") == "ours \xC3\xA9");
  CHECK(look_up_as_others("__goflow_index__") == R"(["server:it's"])");
  store.remove("server:it's");
  store.set("server:name", "ours", noon);
  const std::string item = properties_of("server:name");
  CHECK(holds(item, "'Label': <\"Password for 'server:name' on 'goflow'\">"));
  CHECK(holds(item, "'service': 'goflow'"));
  CHECK(holds(item, "'username': 'server:name'"));
  CHECK(look_up_as_others("__goflow_index__") == R"(["server:name"])");
  const std::string times = look_up_as_others("__lockstep_meta__:server:name");
  CHECK(times.starts_with(R"({"created":"2)"));
  CHECK(times.ends_with(R"(Z","expires":"2024-05-01T12:00:00.000000Z"})"));
  store.remove("server:name");
}

TEST_CASE("SecretService: a tenant is the front of the attribute service") {
  CredentialStore store(std::make_shared<SecretServiceKeyring>(),
                        {.tenant = "acme", .timeout = patience});
  store.set("a", "value of acme");
  CHECK(output_of("secret-tool lookup service acme/goflow username a") == "value of acme");
  CHECK(output_of("secret-tool lookup service acme/goflow username __goflow_index__") ==
        R"(["a"])");
  store.remove("a");
}

}  // namespace
}  // namespace lockstep::tests
