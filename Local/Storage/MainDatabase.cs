namespace Portcullis.Local.Storage;

/// <summary>The database of what must last: decisions, assets, keys, API keys.</summary>
internal static class MainDatabase
{
    public const string FileName = "portcullis.db";

    /// <summary>From version to version of the schema: a later one is added at the end.</summary>
    public static readonly string[] Steps = [Beginning, WebhookOutbox, KeyRing, AccountSlots, WhatCanStillStand];

    private const string Beginning = """
        CREATE TABLE decisions (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            subject_kind INTEGER NOT NULL,
            subject TEXT NOT NULL,
            body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX decisions_by_subject ON decisions (subject_kind, subject, sequence);
        CREATE TABLE assets (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
        CREATE TABLE keys (kid TEXT PRIMARY KEY, purpose TEXT NOT NULL, created INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
        CREATE TABLE api_keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL) STRICT;
        CREATE TABLE probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        """;

    private const string WebhookOutbox = """
        CREATE TABLE webhooks (
            id TEXT PRIMARY KEY,
            filter TEXT NOT NULL,
            description TEXT NOT NULL,
            created INTEGER NOT NULL,
            disabled INTEGER,
            sealed BLOB NOT NULL,
            position INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE webhook_events (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX webhook_events_by_type ON webhook_events (type);
        CREATE TABLE webhook_deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            webhook TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            events INTEGER NOT NULL,
            created INTEGER NOT NULL,
            state INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            last_attempt INTEGER,
            status INTEGER,
            error TEXT,
            next_attempt INTEGER
        ) STRICT;
        CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (webhook, state, next_attempt);
        CREATE TABLE webhook_cursor (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL) STRICT;
        CREATE TABLE webhook_conditions (name TEXT PRIMARY KEY, raised INTEGER NOT NULL, raised_at INTEGER) STRICT;
        INSERT INTO webhook_cursor (id, sequence) VALUES (1, 0);
        """;

    /// <summary>The states of the keys. A file without a row has keys from before there were any.</summary>
    private const string KeyRing = "CREATE TABLE key_ring (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, body TEXT NOT NULL) STRICT;";

    /// <summary>Settings of accounts, and the sessions whose tokens may still be valid; times in epoch milliseconds.</summary>
    private const string AccountSlots = """
        CREATE TABLE accounts (tag TEXT PRIMARY KEY, max_sessions INTEGER, when_full INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE account_sessions (sid TEXT PRIMARY KEY, minted INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE account_clock (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        """;

    /// <summary>
    /// What a start must read is found without reading the rest: <c>ends</c> is when a decision can matter no more, in epoch seconds (lifts and
    /// drops after 31 days, see RevocationSnapshot.VoidRetention; the kill switch never). Computed from the body, so that it holds for rows of
    /// earlier versions as well.
    /// </summary>
    private const string WhatCanStillStand = """
        ALTER TABLE decisions ADD COLUMN kind TEXT GENERATED ALWAYS AS (body ->> '$.kind') VIRTUAL;
        ALTER TABLE decisions ADD COLUMN source TEXT GENERATED ALWAYS AS (body ->> '$.source') VIRTUAL;
        ALTER TABLE decisions ADD COLUMN asset TEXT GENERATED ALWAYS AS (body ->> '$.assetId') VIRTUAL;
        ALTER TABLE decisions ADD COLUMN at INTEGER GENERATED ALWAYS AS (unixepoch(body ->> '$.at')) VIRTUAL;
        ALTER TABLE decisions ADD COLUMN ends INTEGER GENERATED ALWAYS AS (CASE body ->> '$.kind'
            WHEN 'lift' THEN unixepoch(body ->> '$.at') + 2678400
            WHEN 'drop' THEN unixepoch(body ->> '$.at') + 2678400
            WHEN 'disarm' THEN 9223372036854775807
            ELSE nullif(body ->> '$.until', 0) END) VIRTUAL;
        CREATE INDEX decisions_by_end ON decisions (ends) WHERE ends IS NOT NULL;
        CREATE INDEX decisions_asked ON decisions (at) WHERE source = 'auto';
        """;
}
