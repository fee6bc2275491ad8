# The app as one image: page and API on port 3000. docs/deploy.md shows how to run it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH REFLEX_WEB_WORKDIR=/app/.web REFLEX_DIR=/app/.reflex REFLEX_API_URL=http://localhost:3000
COPY requirements.lock ./
RUN python -m venv .venv && pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY . .
# The page finds its API at any https address on its default port, and at port 3000 of any host.
RUN python -m reflex export --frontend-only --no-zip

FROM python:3.11-slim-bookworm
# The data are in /data by default. TASKCHAT_HOME stays unset: config.py then asks for a lasting disk where a host has none.
RUN useradd --create-home --uid 10001 taskchat && install -d -o taskchat /app /data && ln -s /data /app/.taskchat
WORKDIR /app
COPY --from=build --chown=taskchat /app /app
USER 10001
# Reflex makes the page anew where its own folder, which is in the home of the user otherwise, does not exist.
ENV PATH=/app/.venv/bin:$PATH REFLEX_WEB_WORKDIR=/app/.web REFLEX_DIR=/app/.reflex HOST=0.0.0.0 PORT=3000 \
    PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; \
r.urlopen('http://127.0.0.1:%s/api/health' % os.environ['PORT'], timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "reflex", "run", "--env", "prod"]
