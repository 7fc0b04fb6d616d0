# Man pages from docs/man/*.md by lowdown(1): the target `man`, part of every build, and their installation.
include(GNUInstallDirs)
set(man_dir ${PROJECT_SOURCE_DIR}/docs/man)
file(GLOB all_pages CONFIGURE_DEPENDS ${man_dir}/*.[17].md)
file(GLOB man_includes CONFIGURE_DEPENDS ${man_dir}/common/*.md)
set(man_sources) # without the pages of tools that aren't built here
foreach(source IN LISTS all_pages)
  get_filename_component(tool ${source} NAME_WE)
  if(source MATCHES "\\.7\\.md$" OR tool IN_LIST PULSE_ALL_TOOLS)
    list(APPEND man_sources ${source})
  endif()
endforeach()

find_program(PULSE_LOWDOWN lowdown)
if(NOT PULSE_LOWDOWN)
  message(STATUS "lowdown not found: no man pages are built (apt install lowdown)")
  return()
endif()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
set(man_pages)
foreach(source IN LISTS man_sources)
  get_filename_component(page ${source} NAME_WLE) # occ-filter.1
  string(REGEX REPLACE ".*\\." "" section ${page})
  add_custom_command(
    OUTPUT ${PROJECT_BINARY_DIR}/man/${page} ${PROJECT_BINARY_DIR}/man/${page}.gz
    COMMAND ${man_dir}/build ${source} ${PROJECT_BINARY_DIR}/man/${page}
    COMMAND gzip -9nkf ${PROJECT_BINARY_DIR}/man/${page}
    DEPENDS ${source} ${man_includes} ${man_dir}/build
    VERBATIM)
  list(APPEND man_pages ${PROJECT_BINARY_DIR}/man/${page})
  install(FILES ${PROJECT_BINARY_DIR}/man/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
add_custom_target(man ALL DEPENDS ${man_pages})
