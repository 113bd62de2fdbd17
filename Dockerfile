# SPDX-License-Identifier: MIT
# Builds treaty in one stage and runs it in another, as a user without rights.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make
WORKDIR /source
# What is installed changes less often than the source.
COPY Makefile ./
COPY scripts scripts
RUN make deps
COPY . .
RUN make install PREFIX=/usr DESTDIR=/out

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        coinor-libclp1 libcyaml1 libgmp10 libjansson4 libnanomsg5 libsodium23 libuv1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin treaty
# Volumes start as copies of these, so that they belong to treaty and to nobody else.
RUN for n in $(seq 16); do \
        install -d -o treaty -g treaty -m 700 /session/node-$n || exit 1; \
    done && chown treaty:treaty /session
COPY --from=build /out/usr/bin/treaty /usr/bin/treaty
COPY --from=build /source/games /games
COPY --from=build /source/scripts/deal-once.sh /usr/bin/deal-once
USER treaty
WORKDIR /session
ENTRYPOINT ["treaty"]
CMD ["help"]
