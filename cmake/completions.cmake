# Completions for bash and zsh: one file each, made for all tools, and its installation where the shells look.
include(GNUInstallDirs)
list(JOIN PULSE_ALL_TOOLS " " PULSE_TOOLS)
configure_file(completions/bash/pulse completions/bash/pulse @ONLY)
configure_file(completions/zsh/_pulse completions/zsh/_pulse @ONLY)
foreach(tool IN LISTS PULSE_ALL_TOOLS) # bash loads the file that has the command's name
  install(FILES ${PROJECT_BINARY_DIR}/completions/bash/pulse RENAME ${tool}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/completions/zsh/_pulse DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
