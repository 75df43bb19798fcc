# Writes assets.cpp: the table of src/web/assets.hpp, and the bytes, which the assembler takes in as they are. The same
# files give the same bytes: no times, no paths inside.
# Takes FILES (path=file|path=file..), SOURCE_DIR, OUTPUT_DIR and GZIP.

cmake_minimum_required(VERSION 3.22)

set(plain_bytes_max 262144)
set(media_type_html "text/html; charset=utf-8")
set(media_type_css "text/css; charset=utf-8")
set(media_type_js "text/javascript; charset=utf-8")
set(media_type_json "application/json")
set(media_type_svg "image/svg+xml")

file(MAKE_DIRECTORY "${OUTPUT_DIR}")
set(bytes "")
set(names "")
set(rows "")

# bytes_of(<symbol> <file>): the symbols <symbol> and <symbol>_end around the bytes of the file.
macro(bytes_of symbol file)
  string(APPEND bytes "asm(R\"(.pushsection .rodata\n"
         ".hidden ${symbol}\n.global ${symbol}\n${symbol}:\n.incbin \"${file}\"\n"
         ".hidden ${symbol}_end\n.global ${symbol}_end\n${symbol}_end:\n.byte 0\n.popsection)\");\n")
  string(APPEND names "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
endmacro()

string(REPLACE "|" ";" files "${FILES}")
set(i 0)
foreach(served IN LISTS files)
  math(EXPR i "${i} + 1")
  string(REGEX REPLACE "=.*$" "" path "${served}")
  string(REGEX REPLACE "^.*=" "" name "${served}")
  set(file "${SOURCE_DIR}/${name}")
  set(packed "${OUTPUT_DIR}/${i}.gz")
  execute_process(COMMAND "${GZIP}" -n -9 -c "${file}" OUTPUT_FILE "${packed}" COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 "${file}" hash)
  string(SUBSTRING "${hash}" 0 16 hash)
  file(SIZE "${file}" size)
  get_filename_component(extension "${name}" LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED media_type_${extension})
    message(FATAL_ERROR "cmake/embed_web.cmake knows no media type for ${name}")
  endif()
  bytes_of(florin_web_gzip_${i} "${packed}")
  set(plain "std::string_view()")
  if(size LESS_EQUAL plain_bytes_max)
    bytes_of(florin_web_plain_${i} "${file}")
    set(plain "between(florin_web_plain_${i}, florin_web_plain_${i}_end)")
  endif()
  string(APPEND rows "      {\"${path}\", \"${media_type_${extension}}\", R\"(W/\"${hash}\")\",\n"
         "       between(florin_web_gzip_${i}, florin_web_gzip_${i}_end), ${plain}},\n")
endforeach()

file(WRITE "${OUTPUT_DIR}/assets.cpp" "// Written by cmake/embed_web.cmake.

#include \"web/assets.hpp\"

${bytes}
extern \"C\" {
${names}}

namespace florin::web {

namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const Asset> assets() {
  static const Asset all[] = {
${rows}  };
  return all;
}

}  // namespace florin::web
")
