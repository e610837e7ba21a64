-- Times are milliseconds since 1970-01-01 UTC.

-- "DjGw": tells this file from any other SQLite database.
PRAGMA application_id = 0x446a4777;

CREATE TABLE issues (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL,
    site       TEXT NOT NULL,
    method     TEXT NOT NULL,
    route      TEXT NOT NULL,
    status     INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX issues_last_seen ON issues (last_seen);

CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    issue_id    TEXT NOT NULL REFERENCES issues (id),
    time        INTEGER NOT NULL,
    destination TEXT NOT NULL,
    payload     BLOB NOT NULL
) STRICT;

CREATE INDEX events_issue ON events (issue_id, seq);
CREATE INDEX events_time ON events (time);

-- Numbers go on from the clock (microseconds), so that a file begun after a corrupt one never gives a number out again that a
-- delivery under way still holds.
INSERT INTO sqlite_sequence (name, seq) VALUES ('events', CAST(unixepoch('subsec') * 1000000 AS INTEGER));

-- An event stands here until it is delivered; reason is NULL while it waits and says why it was set aside.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY REFERENCES events (seq),
    destination TEXT NOT NULL,
    reason      TEXT
) STRICT;

CREATE INDEX outbox_waiting ON outbox (destination, id) WHERE reason IS NULL;
CREATE INDEX outbox_set_aside ON outbox (destination) WHERE reason IS NOT NULL;

-- The last batch each writer has committed: what makes a batch apply once.
CREATE TABLE writers (
    id           TEXT PRIMARY KEY,
    batch        INTEGER NOT NULL,
    committed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
