# Built in two steps, so that what runs holds no build tools. The versions are those of requirements/*.lock.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/adieu
COPY requirements/run.lock requirements/build.lock requirements/
RUN /opt/adieu/bin/pip install --require-hashes --no-deps -r requirements/run.lock \
 && python -m pip install --require-hashes --no-deps --target /opt/build -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
RUN PYTHONPATH=/opt/build /opt/adieu/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /data adieu
COPY --from=build /opt/adieu /opt/adieu
ENV PATH=/opt/adieu/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER adieu
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/healthz', timeout=4)"]
ENTRYPOINT ["adieu"]
CMD ["run"]
