#!/bin/sh
# Django's deployment checks with the settings of a production site.
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
key=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')
seal=$(.venv/bin/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')
env -u DATABASE_URL DATA_DIR="$dir" PRODUCTION=1 SECRET_KEY="$key" APPLICANT_KEYS="$seal" APPLICANT_HASH_KEY="$key" ALLOWED_HOSTS=www.example.gov.cn SITE_URL=https://www.example.gov.cn REDIS_URL=redis://127.0.0.1:6379/0 \
    .venv/bin/python manage.py check --deploy --fail-level WARNING
