// SPDX-License-Identifier: BSL-1.0
// A relay between clients and a server on 127.0.0.1: it remembers what goes by, breaks a link where
// a test wants it broken, and can make the server look like one without TLS.
//
// Made for short conversations: what one side sends must fit into the socket of the other.
// Thread rule: use it from any thread. It outlives the clients.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace lockstep::tests {

class Relay {
 public:
  // What happens to the next COMMIT that a client sends; those behind it pass.
  enum class Commit : std::uint8_t {
    passes,
    is_lost,    // the link breaks before the server gets it
    is_silent,  // the link breaks when the server has done it and answers
  };

  explicit Relay(std::uint16_t server_port);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  // Where clients find it, on 127.0.0.1.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  void next_commit(Commit commit) noexcept { commit_ = commit; }
  // For links that open from now on: nobody gets an offer of TLS, nor an answer to the wish for it.
  void hide_tls() noexcept { hides_tls_ = true; }
  // All bytes of both directions so far.
  [[nodiscard]] bool has_seen(std::string_view text) const;

 private:
  struct Descriptor {
    int fd = -1;
    explicit Descriptor(int number);  // throws std::system_error for a negative one
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();
  };
  struct Link {
    Link(int client_fd, int server_fd) : client(client_fd), server(server_fd) {}
    Descriptor client;
    Descriptor server;
    bool greeted = false;   // the server has spoken
    bool answered = false;  // the client has spoken
    bool awaits_commit = false;
  };

  void run();
  void accept_client();
  // False when the link has to end.
  bool from_client(Link& link);
  bool from_server(Link& link);
  std::string read(int fd);

  const std::uint16_t server_port_;
  Descriptor listener_;
  Descriptor wake_;
  std::uint16_t port_ = 0;
  std::atomic<Commit> commit_{Commit::passes};
  std::atomic<bool> hides_tls_{false};
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::string seen_;
  std::list<Link> links_;
  std::thread thread_;
};

}  // namespace lockstep::tests
