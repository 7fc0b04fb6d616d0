# Man pages from docs/man/*.md by lowdown(1): the target `man`, part of every build, and their installation.
include(GNUInstallDirs)
find_program(PULSE_LOWDOWN lowdown)
if(NOT PULSE_LOWDOWN)
  message(STATUS "lowdown not found: no man pages are built (apt install lowdown)")
  return()
endif()

set(man_dir ${PROJECT_SOURCE_DIR}/docs/man)
file(GLOB man_sources CONFIGURE_DEPENDS ${man_dir}/*.[17].md)
file(GLOB man_includes CONFIGURE_DEPENDS ${man_dir}/common/*.md)
set(man_pages)
foreach(source IN LISTS man_sources)
  get_filename_component(page ${source} NAME_WLE) # occ-filter.1
  get_filename_component(section ${page} LAST_EXT)
  string(SUBSTRING ${section} 1 -1 section)
  add_custom_command(
    OUTPUT ${PROJECT_BINARY_DIR}/man/${page} ${PROJECT_BINARY_DIR}/man/${page}.gz
    COMMAND ${man_dir}/build ${source} ${PROJECT_BINARY_DIR}/man/${page}
    COMMAND gzip -9nkf ${PROJECT_BINARY_DIR}/man/${page}
    DEPENDS ${source} ${man_includes} ${man_dir}/build
    VERBATIM)
  list(APPEND man_pages ${PROJECT_BINARY_DIR}/man/${page})
  install(FILES ${PROJECT_BINARY_DIR}/man/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
add_custom_target(man ALL DEPENDS ${man_pages})
