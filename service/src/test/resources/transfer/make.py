#!/usr/bin/env python3
"""Makes the fixtures of this folder again, with new salts, by the code of the services themselves.

  pip install django argon2-cffi bcrypt werkzeug && ./make.py

Every password is "correct horse battery staple".
"""
import csv
import io
import json
import pathlib

import bcrypt
import django
from django.conf import settings
from werkzeug.security import generate_password_hash

HERE = pathlib.Path(__file__).parent
PASSWORD = "correct horse battery staple"


def django_dump():
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        PASSWORD_HASHERS=[
            "django.contrib.auth.hashers.%sPasswordHasher" % name
            for name in ("PBKDF2", "PBKDF2SHA1", "Argon2", "BCrypt", "BCryptSHA256", "Scrypt")
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    staff = Group.objects.create(name="staff")
    for name in ("pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt", "bcrypt_sha256", "scrypt"):
        user = User(username=name, email=name.replace("_", ".") + "@django.example", first_name="Ada")
        user.password = make_password(PASSWORD, hasher=name)
        user.save()
        user.groups.add(staff)
    User.objects.create_user("unusable", "unusable@django.example")
    User.objects.create_user("nowhere", "", PASSWORD)
    out = io.StringIO()
    call_command("dumpdata", "auth.user", "auth.group", use_natural_foreign_keys=True, indent=1, stdout=out)
    (HERE / "django.json").write_text(out.getvalue())


def werkzeug_csv():
    with open(HERE / "werkzeug.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["email", "password_hash"])
        for method in ("scrypt", "pbkdf2", "pbkdf2:sha512:210000", "pbkdf2:sha1:100000"):
            name = method.replace(":", ".")
            rows.writerow([name + "@werkzeug.example", generate_password_hash(PASSWORD, method)])


def auth0_files():
    users, hashes = [], []
    for number in range(3):
        oid = "60425dc43519d90068f8297%d" % number
        email = "user%d@auth0.example" % number
        users.append({
            "user_id": "auth0|" + oid,
            "email": email,
            "email_verified": True,
            "created_at": "2021-03-05T16:34:44.123Z",
            "identities": [{"connection": "Username-Password-Authentication", "user_id": oid, "provider": "auth0", "isSocial": False}],
        })
        hashes.append({
            "_id": {"$oid": oid},
            "email_verified": True,
            "email": email,
            "passwordHash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(10)).decode(),
            "password_set_date": {"$date": "2021-03-05T16:34:44.123Z"},
            "tenant": "example",
            "connection": "Username-Password-Authentication",
            "_tmp_is_unique": True,
        })
    users.append({
        "user_id": "github|77",
        "email": "social@auth0.example",
        "email_verified": True,
        "created_at": "2021-03-05T16:34:44.123Z",
        "identities": [{"connection": "github", "user_id": 77, "provider": "github", "isSocial": True}],
    })
    for name, lines in (("auth0-users.ndjson", users), ("auth0-passwords.ndjson", hashes)):
        (HERE / name).write_text("".join(json.dumps(line) + "\n" for line in lines))


django_dump()
werkzeug_csv()
auth0_files()
