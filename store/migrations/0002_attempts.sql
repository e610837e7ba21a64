-- How often delivery was tried, when it was the last time, and what that came to; both NULL before the first attempt.
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN attempted_at INTEGER;
ALTER TABLE outbox ADD COLUMN failure TEXT;
