# pulse_embed(TARGET NAMESPACE FILE...) compiles text files (SQL, pages) into string constants: `a_b.sql` becomes
# `NAMESPACE::a_b_sql`, declared in the generated header `embedded/TARGET.hpp`; `NAMESPACE::all_files` lists names and texts.
function(pulse_embed target namespace)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/embed)
  set(header ${dir}/embedded/${target}.hpp)
  set(files)
  foreach(file IN LISTS ARGN)
    list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DOUT=${header} -DNAMESPACE=${namespace} "-DFILES=${files}" -P
            ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${dir})
endfunction()
