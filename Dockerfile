# Talk on a PostgreSQL and a Redis of the operator's own. Everything that builds stays behind in its stage; of the
# workspaces comes the console, as it is served.

FROM node:24-slim AS build
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
RUN npm ci --workspaces=false --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build:server

FROM node:24-slim AS console
WORKDIR /build
COPY .npmrc package.json package-lock.json tsconfig.json ./
COPY client/package.json ./client/package.json
COPY console/package.json ./console/package.json
RUN npm ci --workspace talk-console --ignore-scripts
COPY client/src ./client/src
COPY console ./console
RUN node console/build.js

FROM node:24-slim AS dependencies
WORKDIR /dependencies
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev --workspaces=false --ignore-scripts

FROM node:24-slim AS init
WORKDIR /init
RUN apt-get update && apt-get download tini && dpkg --extract tini_*.deb .

FROM node:24-slim
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Talk" \
      org.opencontainers.image.description="Self-hosted real-time chat backend for agents" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
ENV NODE_ENV=production
WORKDIR /app
# The first process of a container gets no signal that it has not asked for, and inherits orphans. tini takes both
# on, so that SIGTERM also ends a migration, or a Talk that is still starting.
COPY --from=init /init/usr/bin/tini-static /usr/local/bin/tini
COPY --from=dependencies /dependencies/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=console /build/console/dist ./console/dist
COPY LICENSE package.json deploy/healthcheck.js ./
# A number, since Kubernetes cannot tell by a name that it is not root. It owns nothing here, and writes nothing.
USER 10001:10001
EXPOSE 3000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
  CMD ["node", "healthcheck.js"]
ENTRYPOINT ["/usr/local/bin/tini", "--"]
CMD ["node", "dist/main.js"]
