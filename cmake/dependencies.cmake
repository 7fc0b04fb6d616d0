# Everything comes from Debian: the same lines work on 12 (bookworm) and 13 (trixie).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(date CONFIG REQUIRED)          # date::date-tz reads the system's time zone data
find_package(simdjson CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(libwebsockets CONFIG REQUIRED) # link websockets_shared: the config's own list names static and shared
find_package(PostgreSQL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)

# libnats is found by pkg-config alone: its own CMake files name libraries that Debian doesn't ship.
find_package(PkgConfig)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(NATS IMPORTED_TARGET libnats)
endif()
if(NOT NATS_FOUND)
  message(STATUS "libnats not found: nats-put, nats-each and their tests are left out (apt install libnats-dev)")
endif()
