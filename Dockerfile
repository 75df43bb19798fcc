# One image for every part of Florin: the binary, its configuration, and the shared libraries that it needs.
#
#   docker compose build            compiles it in here; the first time takes minutes
#   ./run image                     takes what ./run build has compiled, which has to be on Debian 12 as well
#
# /srv/florin is laid out as the sources are, so that the configuration which is shipped fits as it is. Everything that
# changes is in /srv/florin/data; nothing else needs to be written.

FROM debian:bookworm-slim AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libabsl20220623 libfmt9 liblmdb0 libprometheus-cpp-core1.0 libsodium23 libspdlog1.10 libxxhash0 libzmq5 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/*
# A fixed number: the files in the volume belong to it, whichever image made them.
RUN groupadd --gid 10001 florin \
 && useradd --uid 10001 --gid florin --home-dir /srv/florin --no-create-home --shell /usr/sbin/nologin florin \
 && install -d -m 0755 /srv/florin/config \
 && install -d -m 0700 -o florin -g florin /srv/florin/data
COPY config/florin.toml /srv/florin/config/florin.toml
ENV FLORIN_CONFIG=/srv/florin/config/florin.toml
WORKDIR /srv/florin
USER florin
VOLUME /srv/florin/data
STOPSIGNAL SIGTERM
ENTRYPOINT ["florin"]
CMD ["run"]

# With a binary that is there already. It stands before the compiling stage, because the builder that is not BuildKit
# makes every stage up to the one that is asked for.
FROM base AS runtime-copied
COPY build/image/florin /usr/local/bin/florin

FROM debian:bookworm-slim AS compile
WORKDIR /src
COPY run ./
RUN ./run install-deps build
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY src src
COPY actors actors
COPY tools tools
COPY web web
COPY config config
RUN ./run build release && strip -o /florin build/release/florin

FROM base AS runtime
COPY --from=compile /florin /usr/local/bin/florin
