// SPDX-License-Identifier: BSL-1.0
// Bodies of stored programs on MySQL and MariaDB: triggers, events, routines, BEGIN NOT ATOMIC.
// https://mariadb.com/kb/en/programmatic-compound-statements/
#pragma once

#include <vector>

#include "migrate/statement_body.hpp"

namespace lockstep::detail {

class MysqlBody final : public StatementBody {
 public:
  void feed(const Token& token, std::string_view text) override;
  [[nodiscard]] bool open() const noexcept override { return !frames_.empty(); }

 private:
  // What an END closes. All but `choice` are opened by the first word of a statement.
  enum class Frame : std::uint8_t {
    block,   // BEGIN ... END
    branch,  // IF ... END IF, and CASE ... END CASE as a statement
    choice,  // CASE ... END as an expression
    head,    // WHILE and FOR, until their DO
    loop,    // the body of a loop
    until,   // UNTIL ... END REPEAT
  };
  enum class Part : std::uint8_t { front, modifiers, trigger, event, routine, body, plain };

  void read_word(std::string_view word);
  void read_other(const Token& token, std::string_view text);
  void read_front(std::string_view word);
  void read_modifiers(std::string_view word);
  void read_trigger(std::string_view word);
  void read_event(std::string_view word);
  void read_routine(std::string_view word);
  void read_body(std::string_view word);
  void read_first(std::string_view word);
  void read_later(std::string_view word);
  void read_between(const Token& token, std::string_view text);
  [[nodiscard]] bool names_other_trigger() const noexcept;
  [[nodiscard]] bool ends_handler_conditions(std::string_view word) const;
  void begin_body() noexcept;
  void open_frame(Frame frame, bool statement_follows);
  void close_frame();
  [[nodiscard]] bool top_is(Frame frame) const noexcept {
    return !frames_.empty() && frames_.back() == frame;
  }

  Part part_ = Part::front;
  std::vector<Frame> frames_;
  std::string_view last_;  // the token before
  std::size_t parentheses_ = 0;
  bool at_start_ = false;  // the next word begins a statement of the body
  bool label_ = false;     // the last word began a statement and may be its label
  bool declares_ = false;  // in a DECLARE
  bool handles_ = false;   // in the conditions of a DECLARE ... HANDLER FOR
};

}  // namespace lockstep::detail
