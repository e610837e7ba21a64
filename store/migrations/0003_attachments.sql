-- What follows an event to its destination; it goes when the event leaves the outbox.
CREATE TABLE attachments (
    id           INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    data         BLOB NOT NULL
) STRICT;

-- 1 once the destination has the event and only the attachment is left.
ALTER TABLE outbox ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
