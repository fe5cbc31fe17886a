"""SECRET=whsec_… DONE=/tmp/done.db PORT=9000 python3 receiver.py"""

import os
import sqlite3

from flask import Flask, request

from posthaste_signature import signature_holds

app = Flask(__name__)


def database():
    connection = sqlite3.connect(os.environ["DONE"], timeout=30)
    connection.execute("create table if not exists received (id text primary key)")
    return connection


@app.post("/hook")
def hook():
    if not signature_holds(os.environ["SECRET"], request.headers, request.get_data()):
        return {"error": "The signature does not hold."}, 401
    with database() as transaction:
        # The id and the work commit together, so that the work is done once.
        inserted = transaction.execute(
            "insert into received (id) values (?) on conflict do nothing", (request.headers["webhook-id"],)
        )
        is_new = inserted.rowcount == 1
        if is_new:
            pass  # The work, by the same transaction.
    return {"done": True, "before": not is_new}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
