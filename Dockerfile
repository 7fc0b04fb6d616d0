# Pulse in one image: the tools and the scripts that join them. The command chooses the service:
#
#   (none)                        the pipeline, from the vendor's socket to PostgreSQL; one at a time
#   pulse-serve                   the HTTP interface and the dashboard, on $PORT
#   scripts/backfill --state DIR  history
#
# Settings and secrets come at run time, from the environment; none is built in. See docs/deployment.md.
# scripts/image-check performs these steps without a container engine: what it doesn't know, it refuses.
FROM debian:bookworm-slim AS build
WORKDIR /src
# The packages change less often than the sources: their layer is kept.
COPY scripts/packages scripts/packages
RUN scripts/packages build
COPY . .
RUN cmake --preset release && cmake --build --preset release && cmake --install build/release --prefix /opt/pulse --strip
# The packages whose libraries the tools link: exactly these are installed below, whatever a release links.
RUN ldd /opt/pulse/bin/* | awk '$2 == "=>" { print $3 }' | xargs readlink -f | sed -E 's#.*(/[^/]+/[^/]+)$#*\1#' | sort -u | xargs dpkg-query -S \
    | cut -d : -f 1 | sort -u > /opt/pulse/libraries

FROM debian:bookworm-slim
COPY --from=build /opt/pulse/libraries /opt/pulse/libraries
# Libraries, time zones (New York's decides what a session is) and the authorities for TLS; bash is in the base.
# The number of the user is fixed so that files given to a container can belong to it.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates tzdata $(cat /opt/pulse/libraries) \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache /var/log/apt/* /var/log/dpkg.log \
    && groupadd --gid 10001 pulse \
    && useradd --no-log-init --uid 10001 --gid pulse --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin pulse \
    && install -d -o pulse -g pulse -m 0700 /var/spool/pulse
WORKDIR /opt/pulse
COPY --from=build /opt/pulse/bin bin/
COPY scripts/pipeline scripts/heal scripts/backfill scripts/chain scripts/fetch-and-store scripts/
COPY deploy/health ./
# PORT makes pulse-serve listen on all interfaces of the container; platforms set their own.
ENV PATH=/opt/pulse/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PULSE_BIN=/opt/pulse/bin \
    PULSE_SPOOL_DIR=/var/spool/pulse \
    LOG_FORMAT=json \
    PORT=8080
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# A pipeline that waits for the one before it is not ill: pg-lock waits up to a minute.
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 CMD ["/opt/pulse/health"]
# No ENTRYPOINT, so that a platform's start command is the whole command. No init either: whatever is started here handles
# TERM, and waits for its children. No VOLUME: the spool lives as long as its process.
CMD ["pg-lock", "--key-of", "POLYGON_API_KEY", "--wait", "60", "--", "scripts/pipeline"]
