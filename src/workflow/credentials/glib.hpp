// SPDX-License-Identifier: BSL-1.0
// The only place of the library that names libsecret and GLib: owners of their objects, their
// errors, and an end to their calls. For secret_service.cpp alone.
#pragma once

#define SECRET_API_SUBJECT_TO_CHANGE  // for encode and decode, unchanged since 2012
#include <libsecret/secret.h>

#include <condition_variable>
#include <thread>

#include "lockstep/error.hpp"
#include "lockstep/workflow/credentials/keyring.hpp"

namespace lockstep::workflow::detail {

struct Release {
  void operator()(GVariant* v) const noexcept { g_variant_unref(v); }
  void operator()(GMainContext* c) const noexcept { g_main_context_unref(c); }
  void operator()(SecretValue* v) const noexcept { secret_value_unref(v); }
  void operator()(char* text) const noexcept { g_free(text); }
  void operator()(gpointer object) const noexcept { g_object_unref(object); }
};
template <class T>
using Held = std::unique_ptr<T, Release>;

// Where GLib puts an error.
class Problem {
 public:
  ~Problem() {
    if (error_ != nullptr) g_error_free(error_);
  }
  Problem() = default;
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  GError** out() noexcept { return &error_; }

  // The object is not there, or no longer.
  [[nodiscard]] bool no_such_object() const {
    return g_error_matches(error_, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) != 0 ||
           g_error_matches(error_, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) != 0 ||
           g_error_matches(error_, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT) != 0;
  }

  // GLib's own text can quote what was sent: it is kept apart.
  [[noreturn]] void raise_error(const char* doing) const {
    ErrorInfo info;
    info.kind = ErrorKind::unavailable;
    info.what = std::string("keyring: ") + doing + ": ";
    if (g_error_matches(error_, G_IO_ERROR, G_IO_ERROR_CANCELLED) != 0) {
      info.what += "no answer within the timeout";
    } else if (g_error_matches(error_, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) != 0 ||
               g_error_matches(error_, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) != 0) {
      info.what += "no provider of secrets on the bus";
    } else if (g_error_matches(error_, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) != 0) {
      info.what += "locked";
    } else if (g_error_matches(error_, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) != 0) {
      info.kind = ErrorKind::permission_denied;
      info.what += "refused";
    } else {
      info.what += error_ == nullptr ? "unexpected answer" : g_quark_to_string(error_->domain);
      if (error_ != nullptr) info.what += " " + std::to_string(error_->code);
    }
    if (error_ != nullptr) info.server_message = error_->message;
    raise(std::move(info));
  }

 private:
  GError* error_ = nullptr;
};

// Where objects of GLib leave what is to be done later, so that a program without a main loop does
// not collect it: it is done when they are gone.
class Context {
 public:
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    while (g_main_context_iteration(context_.get(), FALSE) != 0) {
    }
  }

  // In force for this thread, for as long as it lives.
  class Use {
   public:
    explicit Use(const Context& context) : context_(context.context_.get()) {
      g_main_context_push_thread_default(context_);
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { g_main_context_pop_thread_default(context_); }

   private:
    GMainContext* context_;
  };

 private:
  Held<GMainContext> context_{g_main_context_new()};
};

// Cancels what is under way at the deadline.
class Watchdog {
 public:
  explicit Watchdog(KeyringDeadline deadline)
      : cancellable_(g_cancellable_new()), thread_([this, deadline](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          ended_.wait_until(lock, stop, deadline, [] { return false; });
          if (!stop.stop_requested()) g_cancellable_cancel(cancellable_.get());
        }) {}
  [[nodiscard]] GCancellable* cancellable() const noexcept { return cancellable_.get(); }

 private:
  Held<GCancellable> cancellable_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;  // the first to go
};

// libsecret's object for a provider takes the connection that all of the process share, which ends
// the process when the bus goes away. This one keeps the connection that it is given.
inline GObject* construct_service(GType type, guint count, GObjectConstructParam* properties) {
  auto* const parent = static_cast<GObjectClass*>(g_type_class_peek(SECRET_TYPE_SERVICE));
  GObject* const object = parent->constructor(type, count, properties);
  g_object_set(
      object, "g-bus-type", G_BUS_TYPE_NONE, "g-flags",
      G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
      nullptr);
  return object;
}

inline GType service_type() {
  static const GType type = g_type_register_static_simple(
      SECRET_TYPE_SERVICE, "LockstepSecretService", sizeof(SecretServiceClass),
      [](gpointer made, gpointer /*data*/) {
        static_cast<GObjectClass*>(made)->constructor = construct_service;
      },
      sizeof(SecretService), nullptr, static_cast<GTypeFlags>(0));
  return type;
}

// With a session that encrypts. Null, and the reason in `problem`, if that is not to be had. Names
// and paths are libsecret's: to give them once more would leak them.
inline Held<SecretService> open_service(GDBusConnection* bus, GCancellable* cancellable,
                                        Problem& problem) {
  return Held<SecretService>(static_cast<SecretService*>(g_initable_new(
      service_type(), cancellable, problem.out(), "g-connection", bus, "g-default-timeout",
      G_MAXINT, "flags", SECRET_SERVICE_OPEN_SESSION, nullptr)));
}

}  // namespace lockstep::workflow::detail
