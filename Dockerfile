# The bot as an image: one static binary on nothing.
#
#   docker build -t guanjia --build-arg VERSION="$(git describe --tags --always)" --build-arg COMMIT="$(git rev-parse HEAD)" .
#
# Where modules come from is up to the machine: --build-arg GOPROXY=…

FROM golang:1.26-bookworm AS build
WORKDIR /src
ARG GOPROXY
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG COMMIT=unknown
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" \
    -o /out/guanjia ./cmd/guanjia

# No shell, no package manager, nothing to patch but the binary. It brings its
# own time zones; what it takes from the build stage is whom TLS may trust.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/guanjia /usr/bin/guanjia

ARG VERSION=dev
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="guanjia" \
      org.opencontainers.image.description="Chat-ops bot of a managed security service on DingTalk" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"

# By number, so that an orchestrator can see that it is not root.
USER 65532:65532
# serve looks for guanjia.yaml, then configs/guanjia.yaml, here.
WORKDIR /app
# Inside a container the loopback is nobody's; publish the port with care.
ENV PATH=/usr/bin GUANJIA_HTTP_LISTEN=0.0.0.0:8080
EXPOSE 8080

# Alive, not ready: a store or a platform that is away must not get the bot
# restarted, because it goes on by itself when they are back.
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 CMD ["/usr/bin/guanjia", "health"]
ENTRYPOINT ["/usr/bin/guanjia"]
CMD ["serve"]
