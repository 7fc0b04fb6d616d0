# What is installed beside the tools, and the .deb: `cmake --install BUILD`, or `cpack -G DEB` in a release build.
include(GNUInstallDirs)

install(PROGRAMS scripts/backfill scripts/heal scripts/partitions scripts/pipeline scripts/rederive DESTINATION ${CMAKE_INSTALL_DATADIR}/pulse/scripts)
install(FILES scripts/ask scripts/chain scripts/fetch-and-store scripts/rederive.sql DESTINATION ${CMAKE_INSTALL_DATADIR}/pulse/scripts)
install(FILES lib/store/sql/merge.sql DESTINATION ${CMAKE_INSTALL_DATADIR}/pulse/lib/store/sql) # read by rederive.sql
install(DIRECTORY deploy/systemd/ DESTINATION lib/systemd/system FILES_MATCHING PATTERN "*.service" PATTERN "*.timer")
install(FILES deploy/systemd/pulse.env DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES docs/alerts.yml DESTINATION ${CMAKE_INSTALL_DATADIR}/pulse)
install(FILES README.md packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md" PATTERN "*.svg" PATTERN man EXCLUDE)

# Debian wants both changelogs packed, without a time of packing inside.
set(PULSE_DEB_VERSION ${PROJECT_VERSION}-1)
string(TIMESTAMP PULSE_DEB_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/changelog.Debian.in ${CMAKE_BINARY_DIR}/packaging/changelog.Debian @ONLY)
configure_file(CHANGELOG.md ${CMAKE_BINARY_DIR}/packaging/changelog COPYONLY)
foreach(name changelog changelog.Debian)
  execute_process(COMMAND gzip -9nkf ${CMAKE_BINARY_DIR}/packaging/${name} COMMAND_ERROR_IS_FATAL ANY)
  install(FILES ${CMAKE_BINARY_DIR}/packaging/${name}.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "Pulse")
set(CPACK_PACKAGE_CONTACT "The Pulse authors <pulse@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "tools that turn the US options tape into answers
 Pulse reads the trades of US options from Polygon.io (Massive), keeps the
 large ones, stores them in PostgreSQL, and answers questions about them for
 people and AIs: small programs joined by lines of JSON.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql-client")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, pgbouncer, parallel, zstd")
include(CPack)
