# The example shop as an image, for the compose file: an application that pushes to the sidecar.
# In the root of the repository: docker build -f examples/docker/shop-express.Dockerfile -t outrider-shop .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN npx --no-install tsc -b examples/shop-express
RUN node examples/docker/production-tree.mjs /image/app examples/shop-express

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="outrider-shop" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /image/app /app
COPY examples/docker/shop /app
USER 65532:65532
EXPOSE 3001
STOPSIGNAL SIGTERM
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["/app/server.mjs"]
