# The API and the batch runner in one image (docs/operations.md). Node itself is the entry point, so that it gets the
# signals: `docker run … trials` serves, `docker run … trials /trials.js sync --registry kdca` collects.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
# What SQLite's driver is compiled with, against the headers that come with Node. No program is downloaded for it.
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
ENV npm_config_build_from_source=better-sqlite3 npm_config_nodedir=/usr/local
WORKDIR /build
COPY . .
RUN node -e 'import("./scripts/prepare.mjs").then(({ prepare }) => prepare())' \
 && node scripts/runtime.mjs /app \
 && ln -s apps/api/bin/trials-api.js /app/api.js \
 && ln -s apps/batch/bin/trials.js /app/trials.js

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Trials" \
      org.opencontainers.image.description="Collects registries of clinical trials, and serves them through a typed API." \
      org.opencontainers.image.source="https://github.com/trials-registry/trials" \
      org.opencontainers.image.documentation="https://github.com/trials-registry/trials/blob/main/docs/operations.md" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Only /data is ever written, by the user of this number: the root may be read-only.
RUN mkdir /data && chown 10001:10001 /data \
 && ln -s /app/api.js /app/trials.js /
COPY --from=build /app /app
ENV NODE_ENV=production \
    TRIALS_API_HOST=0.0.0.0 \
    TRIALS_DATABASE_URL=sqlite:/data/trials.db
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TRIALS_API_PORT ?? 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["/api.js"]
