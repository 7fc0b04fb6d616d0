# Completions for bash and zsh: one file each, made for all tools, and its installation where the shells look.
include(GNUInstallDirs)
# pulse_tools(VARIABLE): the names of all tools, from the targets of tools/.
function(pulse_tools variable)
  get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR}/tools PROPERTY BUILDSYSTEM_TARGETS)
  set(tools)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)
      list(APPEND tools ${target})
    endif()
  endforeach()
  set(${variable} ${tools} PARENT_SCOPE)
endfunction()

pulse_tools(tools)
list(JOIN tools " " PULSE_TOOLS)
configure_file(completions/bash/pulse completions/bash/pulse @ONLY)
configure_file(completions/zsh/_pulse completions/zsh/_pulse @ONLY)
foreach(tool IN LISTS tools) # bash loads the file that has the command's name
  install(FILES ${PROJECT_BINARY_DIR}/completions/bash/pulse RENAME ${tool}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/completions/zsh/_pulse DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
