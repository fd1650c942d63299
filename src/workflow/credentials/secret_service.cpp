// SPDX-License-Identifier: BSL-1.0
// libsecret agrees on the key of a session, and keeps plain values in memory that is locked and
// wiped; the other calls are made here, so that each can be given up and none shows a prompt.
// https://specifications.freedesktop.org/secret-service/latest/
#include "lockstep/workflow/credentials/secret_service.hpp"

#include <algorithm>

#include "glib.hpp"

namespace lockstep::workflow {
namespace {

using detail::Held;

constexpr const char* provider = "org.freedesktop.secrets";
constexpr const char* service_path = "/org/freedesktop/secrets";
constexpr const char* login_path = "/org/freedesktop/secrets/collection/login";
constexpr const char* service_interface = "org.freedesktop.Secret.Service";
constexpr const char* collection_interface = "org.freedesktop.Secret.Collection";
constexpr const char* item_interface = "org.freedesktop.Secret.Item";
constexpr const char* prompt_interface = "org.freedesktop.Secret.Prompt";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
constexpr const char* content_type = "text/plain; charset=utf8";
constexpr std::string_view no_object = "/";

GVariant* attributes(const std::string& service, const char* account) {
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{ss}"));
  g_variant_builder_add(&builder, "{ss}", "service", service.c_str());
  if (account != nullptr) g_variant_builder_add(&builder, "{ss}", "username", account);
  return g_variant_builder_end(&builder);
}

class Session final : public KeyringSession {
 public:
  Session(const SecretServiceOptions& options, std::string service, KeyringDeadline deadline)
      : service_(std::move(service)), watchdog_(deadline) {
    connect(options.bus_address);
    choose_collection();
    open_session();
    unlock();
  }

  std::optional<Secret> find(const std::string& account) override {
    for (const std::string& path : search(account.c_str())) {
      const auto reply = try_call(path.c_str(), item_interface, "GetSecret",
                                  g_variant_new("(o)", session_path()), "((oayays))");
      if (!reply) continue;  // deleted since the search
      const Held<GVariant> encoded(g_variant_get_child_value(reply.get(), 0));
      const Held<SecretValue> value(
          secret_service_decode_dbus_secret(secrets_.get(), encoded.get()));
      if (!value) raise(ErrorKind::unavailable, "keyring: GetSecret: unexpected answer");
      gsize size = 0;
      const char* const bytes = secret_value_get(value.get(), &size);
      return Secret(std::string_view(bytes, size));
    }
    return std::nullopt;
  }

  void store(const std::string& account, std::string_view value) override {
    const auto reply =
        call(collection_.c_str(), collection_interface, "CreateItem",
             g_variant_new("(@a{sv}@(oayays)b)", properties(account), encode(value), TRUE), "(oo)");
    const char* path = nullptr;
    const char* prompt = nullptr;
    g_variant_get(reply.get(), "(&o&o)", &path, &prompt);
    refuse_prompt(prompt);
    // Providers replace the item of exactly these attributes; one with more would hide the new.
    for (const std::string& other : search(account.c_str())) {
      if (other != path) erase_item(other);
    }
  }

  bool erase(const std::string& account) override {
    bool erased = false;
    for (const std::string& path : search(account.c_str())) erased |= erase_item(path);
    return erased;
  }

  std::vector<std::string> accounts() override {
    std::vector<std::string> all;
    for (const std::string& path : search(nullptr)) {
      const auto reply = try_call(path.c_str(), properties_interface, "Get",
                                  g_variant_new("(ss)", item_interface, "Attributes"), "(v)");
      if (!reply) continue;
      const Held<GVariant> boxed(g_variant_get_child_value(reply.get(), 0));
      const Held<GVariant> found(g_variant_get_variant(boxed.get()));
      const char* account = nullptr;
      if (g_variant_is_of_type(found.get(), G_VARIANT_TYPE("a{ss}")) != 0 &&
          g_variant_lookup(found.get(), "username", "&s", &account) != 0) {
        all.emplace_back(account);
      }
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

 private:
  // A connection of our own: the shared one ends the process when the bus goes away.
  void connect(const std::string& given) {
    detail::Problem problem;
    Held<char> found;
    if (given.empty()) {
      found.reset(g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, watchdog_.cancellable(),
                                                  problem.out()));
      if (!found) problem.raise_error("session bus");
    }
    bus_.reset(g_dbus_connection_new_for_address_sync(
        found ? found.get() : given.c_str(),
        static_cast<GDBusConnectionFlags>(G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION),
        nullptr, watchdog_.cancellable(), problem.out()));
    if (!bus_) problem.raise_error("connect");
  }

  // Never the first call of a connection: gnome-keyring-daemon (42.1) knows its callers only a
  // moment after their first message, and ends if that is this one.
  void open_session() {
    detail::Problem problem;
    const detail::Context::Use use(context_);
    secrets_ = detail::open_service(bus_.get(), watchdog_.cancellable(), problem);
    if (!secrets_) problem.raise_error("OpenSession");
  }

  void choose_collection() {
    const auto reply = call(service_path, properties_interface, "Get",
                            g_variant_new("(ss)", service_interface, "Collections"), "(v)");
    const Held<GVariant> boxed(g_variant_get_child_value(reply.get(), 0));
    const Held<GVariant> all(g_variant_get_variant(boxed.get()));
    const std::vector<std::string> paths = paths_of(all.get());
    if (std::find(paths.begin(), paths.end(), login_path) != paths.end()) {
      collection_ = login_path;
      return;
    }
    const auto alias =
        call(service_path, service_interface, "ReadAlias", g_variant_new("(s)", "default"), "(o)");
    const char* path = nullptr;
    g_variant_get(alias.get(), "(&o)", &path);
    if (path == no_object) raise(ErrorKind::unavailable, "keyring: it has no default collection");
    collection_ = path;
  }

  void unlock() {
    const char* path = collection_.c_str();
    const auto reply = call(service_path, service_interface, "Unlock",
                            g_variant_new("(@ao)", g_variant_new_objv(&path, 1)), "(aoo)");
    const char* prompt = nullptr;
    g_variant_get_child(reply.get(), 1, "&o", &prompt);
    refuse_prompt(prompt);
  }

  void refuse_prompt(const char* prompt) {
    if (prompt == no_object) return;
    static_cast<void>(try_call(prompt, prompt_interface, "Dismiss", nullptr, "()"));
    raise(ErrorKind::unavailable, "keyring: locked, and does not open without a prompt");
  }

  // Null if the object is not there.
  Held<GVariant> try_call(const char* path, const char* interface, const char* method,
                          GVariant* arguments, const char* reply) {
    detail::Problem problem;
    Held<GVariant> answer(g_dbus_connection_call_sync(
        bus_.get(), provider, path, interface, method, arguments, G_VARIANT_TYPE(reply),
        G_DBUS_CALL_FLAGS_NONE, G_MAXINT, watchdog_.cancellable(), problem.out()));
    if (!answer && !problem.no_such_object()) problem.raise_error(method);
    return answer;
  }
  Held<GVariant> call(const char* path, const char* interface, const char* method,
                      GVariant* arguments, const char* reply) {
    auto answer = try_call(path, interface, method, arguments, reply);
    if (!answer) raise(ErrorKind::unavailable, std::string("keyring: ") + method + ": no object");
    return answer;
  }

  static std::vector<std::string> paths_of(GVariant* array) {
    std::vector<std::string> paths;
    if (g_variant_is_of_type(array, G_VARIANT_TYPE("ao")) == 0) return paths;
    for (gsize i = 0; i < g_variant_n_children(array); ++i) {
      const char* path = nullptr;
      g_variant_get_child(array, i, "&o", &path);
      paths.emplace_back(path);
    }
    return paths;
  }

  // Items of the service, of one account or of all.
  std::vector<std::string> search(const char* account) {
    const auto reply = call(collection_.c_str(), collection_interface, "SearchItems",
                            g_variant_new("(@a{ss})", attributes(service_, account)), "(ao)");
    const Held<GVariant> found(g_variant_get_child_value(reply.get(), 0));
    return paths_of(found.get());
  }

  bool erase_item(const std::string& path) {
    const auto reply = try_call(path.c_str(), item_interface, "Delete", nullptr, "(o)");
    if (!reply) return false;
    const char* prompt = nullptr;
    g_variant_get(reply.get(), "(&o)", &prompt);
    refuse_prompt(prompt);
    return true;
  }

  [[nodiscard]] GVariant* properties(const std::string& account) const {
    const std::string label = "Password for '" + account + "' on '" + service_ + "'";
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sv}"));
    g_variant_builder_add(&builder, "{sv}", "org.freedesktop.Secret.Item.Label",
                          g_variant_new_string(label.c_str()));
    g_variant_builder_add(&builder, "{sv}", "org.freedesktop.Secret.Item.Attributes",
                          attributes(service_, account.c_str()));
    return g_variant_builder_end(&builder);
  }
  [[nodiscard]] GVariant* encode(std::string_view value) const {
    const Held<SecretValue> secret(
        secret_value_new(value.data(), static_cast<gssize>(value.size()), content_type));
    return secret_service_encode_dbus_secret(secrets_.get(), secret.get());
  }
  [[nodiscard]] const char* session_path() const {
    return secret_service_get_session_dbus_path(secrets_.get());
  }

  std::string service_;
  detail::Context context_;  // the last to go
  Held<GDBusConnection> bus_;
  Held<SecretService> secrets_;
  std::string collection_;
  detail::Watchdog watchdog_;
};

}  // namespace

SecretServiceKeyring::SecretServiceKeyring(SecretServiceOptions options)
    : options_(std::move(options)) {}

std::unique_ptr<KeyringSession> SecretServiceKeyring::open(const std::string& service,
                                                           KeyringDeadline deadline) {
  return std::make_unique<Session>(options_, service, deadline);
}

std::timed_mutex& SecretServiceKeyring::writers() noexcept {
  static std::timed_mutex mutex;
  return mutex;
}

}  // namespace lockstep::workflow
