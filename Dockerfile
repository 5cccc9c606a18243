# A devchitchat that keeps everything in /data and runs as user 10001. docs/operations.md says how to start it.

FROM python:3.13-slim AS build
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9 && python -m venv --without-pip /opt/devchitchat
WORKDIR /source
COPY requirements.lock requirements-test.lock ./
RUN uv pip sync --no-cache --compile-bytecode --require-hashes --python /opt/devchitchat/bin/python requirements.lock
COPY . .
RUN uv pip install --no-cache --compile-bytecode --no-deps --build-constraints requirements-test.lock --python /opt/devchitchat/bin/python .

FROM python:3.13-slim
RUN groupadd --system --gid 10001 devchitchat \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin devchitchat \
    && install -d -o 10001 -g 10001 -m 700 /data
COPY --from=build /opt/devchitchat /opt/devchitchat
ENV PATH=/opt/devchitchat/bin:$PATH DEVCHITCHAT_DATA=/data PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080 8443
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["devchitchat", "health"]
ENTRYPOINT ["devchitchat"]
CMD ["serve"]
