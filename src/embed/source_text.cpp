// SPDX-License-Identifier: BSL-1.0
#include "embed/source_text.hpp"

#include "migrate/checksum.hpp"

namespace lockstep::embed {
namespace {

// One character of a literal, whatever stands behind it.
void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\\' || c == '"' || c == '?') {
    out += '\\';
    out += c;
  } else if (byte >= ' ' && byte <= '~') {
    out += c;
  } else {
    out += '\\';
    for (const unsigned shift : {6U, 3U, 0U}) {
      out += static_cast<char>('0' + ((byte >> shift) & 7U));
    }
  }
}

// A literal for each line of the text, which the compiler joins.
std::string literal(std::string_view text) {
  if (text.empty()) return "\"\"";
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      append_escaped(out, text[i]);
    } else {
      out += i + 1 < text.size() ? "\\n\"\n    \"" : "\\n";
    }
  }
  return out + '"';
}

}  // namespace

std::string source_text(const Tree& tree, std::string_view name_space) {
  std::string texts;
  std::string entries;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const auto& [path, text] = tree.files[i];
    const std::string name = "text_" + std::to_string(i);
    texts += "constexpr char " + name + "[] =\n    " + literal(text) + ";\n";
    entries += "    {" + literal(path) + ", {" + name + ", " + std::to_string(text.size()) +
               "},\n     \"" + detail::sha256(text) + "\"},\n";
  }
  std::string out = "// Written by lockstep-embed; do not edit.\n// NOLINTBEGIN\n#include <array>\n"
                    "#include <lockstep/migration_set.hpp>\n#include <span>\n\nnamespace ";
  out.append(name_space).append(" {\n\nstd::span<const lockstep::FolderFile> ");
  out += "migration_files() noexcept;\n\nnamespace {\n\n" + texts;
  out += "\nconstexpr std::array<lockstep::FolderFile, " + std::to_string(tree.files.size()) +
         "> files{{\n" + entries + "}};\n\n}  // namespace\n\n";
  out += "std::span<const lockstep::FolderFile> migration_files() noexcept { return files; }\n\n";
  return out.append("}  // namespace ").append(name_space).append("\n// NOLINTEND\n");
}

}  // namespace lockstep::embed
