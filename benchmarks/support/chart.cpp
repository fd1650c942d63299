// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/chart.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "benchmarks/support/print.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int width = 900;
constexpr int left = 380;   // where the bars begin
constexpr int right = 820;  // and the longest end
constexpr int line = 20;
constexpr double longest = 2;  // longer ones are cut off

struct Colour {
  std::string_view engine;
  const char* fill;
};
constexpr std::array colours{Colour{"SQLite memory", "#4c78a8"}, Colour{"SQLite file", "#72b7b2"},
                             Colour{"PostgreSQL", "#54a24b"}, Colour{"MariaDB", "#f58518"}};

const char* colour_of(std::string_view engine) {
  const auto it = std::find_if(colours.begin(), colours.end(),
                               [engine](const Colour& known) { return known.engine == engine; });
  return it == colours.end() ? "#79706e" : it->fill;
}

template <class... A>
std::string printed(const char* format, A... values) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

double at(double ratio) { return left + (right - left) * std::clamp(ratio / longest, 0.0, 1.0); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) c == '<' ? out += "&lt;" : c == '&' ? out += "&amp;" : out += c;
  return out;
}

std::string text_at(double x, int y, const char* attributes, const std::string& text) {
  return printed("<text x=\"%.0f\" y=\"%d\" %s>", x, y, attributes) + escaped(text) + "</text>\n";
}

std::string bar(const Row& row, int y) {
  const char* const colour = colour_of(row.engine);
  std::string out = text_at(left - 8, y + 14, "text-anchor=\"end\"", row.what);
  out += printed("<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"12\" fill=\"%s\"/>\n", left,
                 y + 4, at(row.value.median) - left, colour);
  out += printed("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#222\"/>\n",
                 at(row.value.least), at(row.value.most), y + 10, y + 10);
  return out + text_at(right + 8, y + 14, "", shown(row.value.median, row.unit));
}

bool is_drawn(const Row& row) {
  return row.unit == Row::Unit::times && !row.parts.empty() && row.parts_unit == Row::Unit::seconds;
}

}  // namespace

std::string as_svg(const Report& report) {
  std::string bars;
  std::string engine;
  int y = 40;
  for (const Row& row : report.rows) {
    if (!is_drawn(row)) continue;
    if (row.engine != engine) {
      engine = row.engine;
      y += line;
      bars += text_at(8, y - 2, "font-weight=\"bold\"", engine);
    }
    bars += bar(row, y);
    y += line;
  }
  std::string out = printed("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                            "font-family=\"sans-serif\" font-size=\"12\">\n"
                            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                            width, y + line);
  out += text_at(8, 20, "font-size=\"15\"",
                 "lockstep against the raw client: 1.00x is as fast, shorter is faster");
  out += bars;
  out += printed("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"36\" y2=\"%d\" stroke=\"#c00\"/>\n", at(1),
                 at(1), y);
  return out + "</svg>\n";
}

}  // namespace lockstep::benchmarks
