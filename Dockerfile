# The image of the action: one static binary and the certificates that it trusts. No shell, no git, nothing to update.
#
# There is no USER on purpose. The runner owns the files through which a step hands over its outputs and its summary,
# and GitHub requires that a container action runs as root to write them.

# An exact version; a release resolves the tag to its digest and builds from that.
FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /build
# The C library is linked in. The target is named because without it the flag would reach build scripts and macros too,
# which are loaded dynamically. The stage runs on the platform that it builds for, so the machine's name is the target's
# on x86-64 and on arm64 alike.
# Relocations are packed, which leaves a quarter of a megabyte out.
ENV RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs"
# The dependencies come first, under an empty program: their layer lasts until the lock file changes.
COPY Cargo.toml Cargo.lock ./
COPY benches benches
RUN mkdir src \
    && touch src/lib.rs \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --locked --profile image --bin tierguard --target "$(uname -m)-unknown-linux-gnu"
COPY policy policy
COPY src src
# Files keep the age they had in the repository, which is older than the empty program's.
RUN touch src/lib.rs src/main.rs \
    && cargo build --locked --profile image --bin tierguard --target "$(uname -m)-unknown-linux-gnu" \
    && mv "target/$(uname -m)-unknown-linux-gnu/image/tierguard" /tierguard

FROM scratch
LABEL org.opencontainers.image.title="tierguard" \
      org.opencontainers.image.description="Reviews what a pull request changes for the users of data connectors" \
      org.opencontainers.image.source="https://github.com/tierguard/tierguard" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY LICENSE-APACHE LICENSE-MIT /licenses/
COPY --from=build /tierguard /tierguard
ENTRYPOINT ["/tierguard"]
