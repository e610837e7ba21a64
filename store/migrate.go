package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// applicationID is written into every database of this package (migrations/0001_initial.sql).
const applicationID = 0x446a4777

var (
	errNewerVersion = errors.New("database was written by a newer version of the gateway and is left alone")
	errForeign      = errors.New("database belongs to another application and is left alone")
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// loadMigrations returns the statements of every migration; the one at index i leads to schema version i+1.
func loadMigrations() []string {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted
	if err != nil {
		panic(err) // the pattern is a constant
	}
	migrations := make([]string, len(names))
	for i, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil || path.Base(name)[:4] != fmt.Sprintf("%04d", i+1) {
			panic(fmt.Sprintf("store: migration %s is not number %04d: %v", name, i+1, err))
		}
		migrations[i] = string(text)
	}
	return migrations
}

// checkOwnership tells whether this binary may write to the database: it is empty, or ours and not newer than known.
func checkOwnership(ctx context.Context, db *sql.DB, known int) error {
	var version, application, objects int
	err := db.QueryRowContext(ctx, `SELECT
		(SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&version, &application, &objects)
	switch {
	case err != nil:
		return fmt.Errorf("reading schema version: %w", err)
	case version == 0 && application == 0 && objects == 0:
		return nil
	case application != applicationID:
		return errForeign
	case version > known:
		return fmt.Errorf("%w: schema version %d, known up to %d", errNewerVersion, version, known)
	}
	return nil
}

// migrate applies the migrations that the database does not have yet, each in its own transaction.
func migrate(ctx context.Context, db *sql.DB, migrations []string) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("reading schema version: %w", err)
	}
	for ; version < len(migrations); version++ {
		if err := migrateTo(ctx, db, version+1, migrations[version]); err != nil {
			return fmt.Errorf("migrating to schema version %d: %w", version+1, err)
		}
	}
	return nil
}

func migrateTo(ctx context.Context, db *sql.DB, version int, statements string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}
