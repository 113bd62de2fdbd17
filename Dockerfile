# SPDX-License-Identifier: MIT
# One image for nodes, observer and tools. It holds the program and its libraries, and
# nobody's keys, payoffs or games: those are mounted. docs/operating.md says how it is run.
#
# The base is Debian 12's slim image by digest, so that a build does not change with what a
# tag comes to mean; what Debian has mended since comes with the upgrade in the last stage.
# Another one, or one of your own:   docker compose build --build-arg BASE=debian:12-slim
ARG BASE=debian:12.13-slim@sha256:67b30a61dc87758f0caf819646104f29ecbda97d920aaf5edc834128ac8493d3

FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# What is installed changes less often than the source.
COPY Makefile ./
COPY scripts scripts
RUN make deps-deb DEB=binary
COPY . .
# Tested elsewhere; here the package is made, whose dependencies are worked out from it.
RUN DEB_BUILD_OPTIONS=nocheck make deb DEB=binary

FROM ${BASE}
LABEL org.opencontainers.image.title="treaty" \
      org.opencontainers.image.description="Nodes that negotiate agreements, play and enforce them" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /source/build/deb/treaty_*.deb /tmp/
RUN apt-get update \
    && apt-get upgrade -y \
    && apt-get install -y --no-install-recommends /tmp/treaty_*.deb \
    && apt-get clean \
    && rm -rf /tmp/* /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/*
COPY packaging/container/alive packaging/container/deal-once packaging/container/hand-over /usr/bin/
# Volumes start as copies of these, so that they belong to the user below.
RUN install -d -o 65532 -g 65532 -m 755 /session \
    && for node in $(seq 16); do \
        install -d -o 65532 -g 65532 -m 700 "/session/node-$node" || exit 1; \
    done
USER 65532:65532
WORKDIR /session
STOPSIGNAL SIGTERM
# Of a node that is started with --http and this port: it answers.
HEALTHCHECK --interval=10s --timeout=5s --retries=6 CMD ["treaty", "status", "localhost:9100"]
ENTRYPOINT ["treaty"]
CMD ["help"]
