"""
One import by the admin of a Django site with django-import-export, as a person goes through it: the file is uploaded and
a preview of all rows is shown, then the import is confirmed. Reads {databaseUrl, file, bulk, deleteMissing} as JSON from
standard input and writes {preview, import, done, mebibytes} to standard output: seconds of each of the two requests,
without the start of Python and without a network, and how many rows the site reports as processed. Without a file, it
creates the tables and a user instead.
"""

import json
import re
import resource
import sys
import time
from urllib.parse import unquote, urlparse

import django
from django.conf import settings


def main():
    request = json.load(sys.stdin)
    configure(request)
    done = import_file(request["file"]) if request["file"] else make_tables()
    # Linux counts kibibytes.
    done["mebibytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    json.dump(done, sys.stdout)


def configure(request):
    url = urlparse(request["databaseUrl"])
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        BULK=request["bulk"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": url.hostname,
                "PORT": url.port,
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "NAME": url.path.lstrip("/"),
                "OPTIONS": {"options": "-c search_path=bench_django"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DELETE_MISSING=request["deleteMissing"],
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "import_export",
            "people",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        ROOT_URLCONF="urls",
        SECRET_KEY="of a site that no network reaches",
        STATIC_URL="static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
    )
    django.setup()


def make_tables():
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("bench")
    return {"preview": 0, "import": 0, "done": 0}


def import_file(path):
    from django.contrib.auth.models import User
    from django.contrib.messages import get_messages
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username="bench"))
    client.get("/admin/people/person/import/")  # as a person does, and what is loaded on the first request is loaded

    began = time.perf_counter()
    with open(path, "rb") as file:
        form = {"import_file": file, "format": "0", "resource": "0"}
        preview = client.post("/admin/people/person/import/", form)
    previewed = time.perf_counter()
    confirm = preview.context_data.get("confirm_form")
    if confirm is None:
        sys.exit(f"The preview finds something wrong: {said_of(preview.context_data)}")

    confirmed = time.perf_counter()
    answer = client.post("/admin/people/person/process_import/", confirm.initial)
    imported = time.perf_counter()
    if answer.status_code != 302:
        sys.exit(f"The import answered {answer.status_code}")
    # "Import finished: 2 new, 3 updated, 0 deleted and 4 skipped people."
    message = str(next(iter(get_messages(answer.wsgi_request))))
    done = sum(int(number) for number in re.findall(r"\d+", message))
    return {"preview": previewed - began, "import": imported - confirmed, "done": done}


def said_of(context):
    result = context.get("result")
    if result is None:
        return context["form"].errors
    errors = [error.error for error in result.base_errors]
    errors += [error.error for _, row in result.row_errors()[:3] for error in row]
    return errors + [row.error for row in result.invalid_rows[:3]]


main()
