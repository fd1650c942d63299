// SPDX-License-Identifier: BSL-1.0
#include "support/relay.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace lockstep::tests {
namespace {

// How a PostgreSQL client asks for TLS: https://www.postgresql.org/docs/15/protocol-flow.html
constexpr std::string_view tls_request{"\0\0\0\x08\x04\xd2\x16\x2f", 8};

// A MySQL server greets with its version, a NUL, its number of the session (4), a first part of its
// challenge (8), a NUL, and then what it can do, the lower byte first.
constexpr std::size_t greeting_version = 5;
constexpr std::size_t from_version_to_abilities = 4 + 8 + 1;
constexpr unsigned char tls_ability_in_second_byte = 0x08;

sockaddr_in address_of(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void require(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), "relay");
}

int connected(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = address_of(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void take_tls_from(std::string& greeting) {
  constexpr char protocol_10 = 10;
  if (greeting.size() < greeting_version || greeting[4] != protocol_10) return;
  const auto version_end = greeting.find('\0', greeting_version);
  if (version_end == std::string::npos) return;
  const auto second_byte = version_end + 1 + from_version_to_abilities + 1;
  if (second_byte >= greeting.size()) return;
  auto& abilities = reinterpret_cast<unsigned char&>(greeting[second_byte]);
  abilities = static_cast<unsigned char>(abilities & ~tls_ability_in_second_byte);
}

}  // namespace

Relay::Descriptor::Descriptor(int number) : fd(number) { require(fd); }

Relay::Descriptor::~Descriptor() { close(fd); }

Relay::Relay(std::uint16_t server_port)
    : server_port_(server_port),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address = address_of(0);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  require(bind(listener_.fd, any, size));
  require(listen(listener_.fd, SOMAXCONN));
  require(getsockname(listener_.fd, any, &size));
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
  ending_ = true;
  eventfd_write(wake_.fd, 1);
  thread_.join();
}

bool Relay::has_seen(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  return seen_.find(text) != std::string::npos;
}

void Relay::run() {
  while (!ending_) {
    std::vector<pollfd> waits{{wake_.fd, POLLIN, 0}, {listener_.fd, POLLIN, 0}};
    for (const Link& link : links_) {
      waits.push_back({link.client.fd, POLLIN, 0});
      waits.push_back({link.server.fd, POLLIN, 0});
    }
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    auto wait = waits.begin() + 2;
    for (auto link = links_.begin(); link != links_.end();) {
      const bool client_spoke = (wait++)->revents != 0;
      const bool server_spoke = (wait++)->revents != 0;
      const bool lives =
          (!client_spoke || from_client(*link)) && (!server_spoke || from_server(*link));
      link = lives ? std::next(link) : links_.erase(link);
    }
    if (waits[1].revents != 0) accept_client();
  }
}

void Relay::accept_client() {
  const int client = accept4(listener_.fd, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = connected(server_port_);
  if (server >= 0) {
    links_.emplace_back(client, server);
  } else {
    close(client);
  }
}

std::string Relay::read(int fd) {
  std::array<char, 65536> bytes{};
  const ssize_t count = recv(fd, bytes.data(), bytes.size(), 0);
  std::string text(bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::lock_guard lock(mutex_);
  seen_ += text;
  return text;
}

bool Relay::from_client(Link& link) {
  const std::string bytes = read(link.client.fd);
  if (bytes.empty()) return false;
  const bool first = !std::exchange(link.answered, true);
  if (first && hides_tls_ && bytes == tls_request) return write_all(link.client.fd, "N");
  if (bytes.find("COMMIT") != std::string::npos) {
    const Commit commit = commit_.exchange(Commit::passes);
    if (commit == Commit::is_lost) return false;
    link.awaits_commit = commit == Commit::is_silent;
  }
  return write_all(link.server.fd, bytes);
}

bool Relay::from_server(Link& link) {
  std::string bytes = read(link.server.fd);
  if (bytes.empty() || link.awaits_commit) return false;
  if (!std::exchange(link.greeted, true) && hides_tls_) take_tls_from(bytes);
  return write_all(link.client.fd, bytes);
}

}  // namespace lockstep::tests
