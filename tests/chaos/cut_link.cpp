// SPDX-License-Identifier: BSL-1.0
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
#include "chaos/cut_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "chaos/server.hpp"

namespace lockstep::chaos {
namespace {

constexpr int turn_ms = 50;
constexpr int answer_ms = 5000;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool readable(int fd, int timeout_ms) {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, timeout_ms) > 0;
}

// Empty: the other side has ended.
std::string receive(int fd) {
  std::array<char, 65536> buffer{};
  const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
  return count <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(count));
}

bool send_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t count = send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    data.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// The size of the packet that a text begins with, its head included; 0 if it is not all there.
std::size_t packet_size(std::string_view data) {
  constexpr std::size_t head = 4;
  if (data.size() < head) return 0;
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(data[i])}; };
  const std::size_t size = head + byte(0) + (byte(1) << 8U) + (byte(2) << 16U);
  return data.size() < size ? 0 : size;
}

bool begins_command(std::string_view packet) { return packet[3] == '\0'; }

}  // namespace

CutLink::CutLink(const std::string& url)
    : url_(url),
      server_port_(std::stoi(address_of(url).port)),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, std::bit_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, std::bit_cast<sockaddr*>(&address), &size) != 0) {
    close(listener_);
    throw std::runtime_error("no port for a link");
  }
  const auto host = url_.find('@') + 1;
  url_.replace(host, url_.find('/', host) - host,
               "127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  thread_ = std::thread([this] { serve(); });
}

CutLink::~CutLink() {
  done_ = true;
  thread_.join();
  close(listener_);
}

void CutLink::arm(int command, Cut cut) noexcept {
  count_ = 0;
  last_ = command;
  cut_ = cut;
}

void CutLink::serve() {
  while (!done_) {
    if (!readable(listener_, turn_ms)) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    relay(client);
    close(client);
  }
}

void CutLink::relay(int client) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  if (connect(server, std::bit_cast<sockaddr*>(&address), sizeof address) == 0) {
    while (!done_ && pass_on(client, server)) {
    }
  }
  close(server);
}

// False once the link has ended.
bool CutLink::pass_on(int client, int server) {
  std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
  if (poll(ends.data(), ends.size(), turn_ms) <= 0) return true;
  if (ends[1].revents != 0) {
    const std::string data = receive(server);
    if (data.empty() || !send_all(client, data)) return false;
  }
  if (ends[0].revents == 0) return true;
  std::string pending = receive(client);
  if (pending.empty()) return false;
  while (!pending.empty()) {
    if (!send_command(pending, server)) return false;
    if (pending.empty() || packet_size(pending) > 0) continue;
    const std::string more = receive(client);
    if (more.empty()) return false;
    pending += more;
  }
  return true;
}

// Sends the packet that `pending` begins with, if it is all there.
bool CutLink::send_command(std::string& pending, int server) {
  const std::size_t size = packet_size(pending);
  if (size == 0) return true;
  const bool last = begins_command(pending) && ++count_ == last_;
  if (last && cut_ == Cut::before) {
    kill_victim();
    return false;
  }
  if (!send_all(server, std::string_view(pending).substr(0, size))) return false;
  pending.erase(0, size);
  if (!last) return true;
  if (cut_ == Cut::after) static_cast<void>(readable(server, answer_ms));
  kill_victim();
  return false;
}

void CutLink::kill_victim() const {
  if (victim_ > 0) kill(victim_, SIGKILL);
}

}  // namespace lockstep::chaos
