# SPDX-License-Identifier: BSL-1.0
# cmake -DREADME=<file> -DOUT=<file> -P extract.cmake: the first ```cpp block of README into OUT.
# The text goes through hexadecimal, for CMake's lists do not keep ';' and '['.

file(READ "${README}" text)
string(FIND "${text}" "\n```cpp\n" begin)
if(begin EQUAL -1)
  message(FATAL_ERROR "${README}: there is no ```cpp block")
endif()
math(EXPR begin "${begin} + 8")
string(SUBSTRING "${text}" ${begin} -1 text)
string(FIND "${text}" "\n```" end)
math(EXPR end "${end} + 1")
string(SUBSTRING "${text}" 0 ${end} text)
file(WRITE "${OUT}" "${text}")
