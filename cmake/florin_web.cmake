# florin_web_assets(<target>): puts the files of web/ into <target>, under the paths they are served at.

find_program(FLORIN_GZIP gzip REQUIRED)

# Path of the URL = file in web/.
set(florin_web_files
  /=index.html
  /docs=docs.html
  /openapi.json=openapi.json
  /assets/style.css=style.css
  /assets/app.js=app.js
  /assets/api.js=api.js
  /assets/dom.js=dom.js
  /assets/views.js=views.js
  /assets/rates.js=rates.js
  /assets/docs.js=docs.js
  /assets/docs.css=docs.css
  /assets/icon.svg=icon.svg
  /assets/swagger-ui-bundle.js=vendor/swagger-ui-5.35.0/swagger-ui-bundle.js
  /assets/swagger-ui.css=vendor/swagger-ui-5.35.0/swagger-ui.css)

function(florin_web_assets target)
  set(directory "${PROJECT_BINARY_DIR}/generated/web")
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_web.cmake")
  set(depends "${script}" "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
  foreach(file IN LISTS florin_web_files)
    string(REGEX REPLACE "^.*=" "${PROJECT_SOURCE_DIR}/web/" file "${file}")
    list(APPEND depends "${file}")
  endforeach()
  list(JOIN florin_web_files "|" files)
  add_custom_command(OUTPUT "${directory}/assets.cpp"
    COMMAND "${CMAKE_COMMAND}" -D "FILES=${files}" -D "SOURCE_DIR=${PROJECT_SOURCE_DIR}/web"
            -D "OUTPUT_DIR=${directory}" -D "GZIP=${FLORIN_GZIP}" -P "${script}"
    DEPENDS ${depends} COMMENT "Compressing the pages" VERBATIM)
  target_sources(${target} PRIVATE "${directory}/assets.cpp")
  set_source_files_properties("${directory}/assets.cpp" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
