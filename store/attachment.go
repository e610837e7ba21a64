package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Attachment is a file that follows an event to its destination. It is kept until the event leaves the outbox.
type Attachment struct {
	Name        string // of the file
	ContentType string
	Data        []byte // already scrubbed; the store keeps the slice
}

// Arrived notes that the destination has an event, whose attachment goes on waiting. It takes effect with the next commit.
func (s *Store) Arrived(id int64) { s.memory.mark(id, mark{arrived: true}) }

func (a *Attachment) insert(ctx context.Context, tx *sql.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO attachments (id, name, content_type, data) VALUES (?, ?, ?, ?)",
		id, a.Name, a.ContentType, a.Data)
	if err != nil {
		return fmt.Errorf("writing an attachment: %w", err)
	}
	return nil
}

// attachmentColumns are those of an outer join with attachments.
type attachmentColumns struct {
	name, contentType sql.NullString
	data              []byte
}

func (c *attachmentColumns) attachment() *Attachment {
	if !c.name.Valid {
		return nil
	}
	return &Attachment{c.name.String, c.contentType.String, c.data}
}
