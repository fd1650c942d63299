// SPDX-License-Identifier: BSL-1.0
// https://www.pgbouncer.org/config.html
#include "chaos/pgbouncer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "chaos/server.hpp"

namespace lockstep::chaos {
namespace {

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::runtime_error("socket");
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { close(fd_); }
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int free_port() {
  const Socket probe;
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(probe.fd(), std::bit_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(probe.fd(), std::bit_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  return ntohs(address.sin_port);
}

bool listens(int port) {
  const Socket probe;
  sockaddr_in address = loopback(port);
  return connect(probe.fd(), std::bit_cast<sockaddr*>(&address), sizeof address) == 0;
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// PgBouncer refuses to run as root: then it runs as the servers do.
void give_away(const std::string& path) {
  if (geteuid() != 0) return;
  const passwd* const user = getpwnam("postgres");
  if (user == nullptr || chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("no user postgres to give " + path + " to");
  }
}

}  // namespace

void PgBouncer::configure(const std::string& url, int port, int server_connections) {
  const Address address = address_of(url);
  std::ofstream(scratch_.file("users"))
      << '"' << address.user << "\" \"" << address.password << "\"\n";
  std::ofstream(scratch_.file("ini"))
      << "[databases]\n"
      << address.database << " = host=127.0.0.1 port=" << address.port << "\n"
      << "[pgbouncer]\n"
      << "listen_addr = 127.0.0.1\nlisten_port = " << port << "\nunix_socket_dir =\n"
      << "auth_type = scram-sha-256\nauth_file = " << scratch_.file("users") << "\n"
      << "pool_mode = transaction\nmax_client_conn = 100\n"
      << "default_pool_size = " << server_connections << "\n"
      << "ignore_startup_parameters = extra_float_digits, options\n";
  for (const char* const name : {"users", "ini"}) give_away(scratch_.file(name));
}

PgBouncer::PgBouncer(const std::string& url, int server_connections) {
  const int port = free_port();
  configure(url, port, server_connections);
  url_ = url;
  const auto host = url_.find('@') + 1;
  url_.replace(host, url_.find('/', host) - host, "127.0.0.1:" + std::to_string(port));
  Command command{"pgbouncer", scratch_.file("ini")};
  if (geteuid() == 0) {
    command.insert(command.begin(),
                   {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"});
  }
  process_ = std::make_unique<Background>(command, scratch_.file("log"));
  for (int i = 0; i < 500 && process_->running(); ++i) {
    if (listens(port)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("pgbouncer does not listen: " + text_of(scratch_.file("log")));
}

}  // namespace lockstep::chaos
