namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// What the search and the counters stand on and EF Core cannot say: folded prefix indexes, a trigram index and the
/// triggers that keep it and the counters true.
/// </summary>
/// <remarks>
/// A migration that makes EF Core rebuild the table <c>devices</c> drops its triggers and these indexes with it: it
/// must run <see cref="CreateIndexes"/>, <see cref="CreateTriggers"/> and <see cref="PutOffKeys"/> again. Tests of the search fail if it does not.
/// </remarks>
internal static class SearchSchema
{
    /// <summary>
    /// Which trigrams occur in a device, not where (detail=none, no sizes): a third of the disk of a full index. The
    /// search looks at each candidate's row again.
    /// </summary>
    private const string CreateTables = """
        CREATE VIRTUAL TABLE device_search USING fts5(
            device_key, asset_id, name, name_zh, former_keys,
            content = 'devices', content_rowid = 'id', tokenize = 'trigram', detail = 'none', columnsize = 0);
        CREATE TABLE status_counts (
            organization_number INTEGER NOT NULL, status INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (organization_number, status)) WITHOUT ROWID;
        """;

    /// <summary>Each ends in the row number by itself. The organization leads: no walk ever passes another's devices.</summary>
    public const string CreateIndexes = """
        CREATE INDEX ix_devices_folded_key ON devices (organization_number, lower(device_key));
        CREATE INDEX ix_devices_folded_asset ON devices (organization_number, lower(asset_id));
        CREATE INDEX ix_devices_folded_name ON devices (organization_number, lower(name));
        CREATE INDEX ix_devices_folded_name_zh ON devices (organization_number, lower(name_zh)) WHERE name_zh IS NOT NULL;
        CREATE INDEX ix_devices_created ON devices (organization_number, created_at);
        """;

    public const string CreateTriggers = """
        CREATE TRIGGER devices_insert AFTER INSERT ON devices BEGIN
            INSERT INTO device_search (rowid, device_key, asset_id, name, name_zh, former_keys)
                VALUES (new.id, new.device_key, new.asset_id, new.name, new.name_zh, new.former_keys);
            INSERT INTO status_counts VALUES (new.organization_number, new.status, 1)
                ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER devices_delete AFTER DELETE ON devices BEGIN
            INSERT INTO device_search (device_search, rowid, device_key, asset_id, name, name_zh, former_keys)
                VALUES ('delete', old.id, old.device_key, old.asset_id, old.name, old.name_zh, old.former_keys);
            UPDATE status_counts SET count = count - 1 WHERE organization_number = old.organization_number AND status = old.status;
        END;
        CREATE TRIGGER devices_update_status AFTER UPDATE OF status ON devices WHEN old.status IS NOT new.status BEGIN
            UPDATE status_counts SET count = count - 1 WHERE organization_number = old.organization_number AND status = old.status;
            INSERT INTO status_counts VALUES (new.organization_number, new.status, 1)
                ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        """;

    /// <summary>
    /// A key that is replaced becomes a former key: only it is taken out and put in again, not the whole row with all its names. That is
    /// done for a name, and for a key that pushes the oldest out of the list.
    /// </summary>
    /// <remarks>
    /// The index counts rows and the trigrams of each column and calls itself malformed when the content has others: the former key brings
    /// as much of the next one as its last trigrams reach into.
    /// </remarks>
    public const string CreateTextTriggers = """
        CREATE TRIGGER devices_update_key AFTER UPDATE OF device_key ON devices
        WHEN old.device_key IS NOT new.device_key AND length(old.device_key) + coalesce(length(old.former_keys), 0) < 2000 BEGIN
            UPDATE devices SET former_keys = old.device_key || char(10) || coalesce(old.former_keys, '') WHERE id = new.id;
            INSERT INTO device_search (device_search, rowid, device_key) VALUES ('delete', old.id, old.device_key);
            INSERT INTO device_search (rowid, device_key, former_keys)
                VALUES (new.id, new.device_key, old.device_key || char(10) || substr(coalesce(old.former_keys, ''), 1, 2));
        END;
        CREATE TRIGGER devices_update_text AFTER UPDATE OF device_key, name, name_zh ON devices
        WHEN old.name IS NOT new.name OR old.name_zh IS NOT new.name_zh
            OR (old.device_key IS NOT new.device_key AND length(old.device_key) + coalesce(length(old.former_keys), 0) >= 2000) BEGIN
            INSERT INTO device_search (device_search, rowid, device_key, asset_id, name, name_zh, former_keys)
                VALUES ('delete', old.id, old.device_key, old.asset_id, old.name, old.name_zh, old.former_keys);
            UPDATE devices SET former_keys = substr(old.device_key || char(10) || coalesce(old.former_keys, ''), 1, 2000)
                WHERE id = new.id AND old.device_key IS NOT new.device_key;
            INSERT INTO device_search (rowid, device_key, asset_id, name, name_zh, former_keys)
                SELECT id, device_key, asset_id, name, name_zh, former_keys FROM devices WHERE id = new.id;
        END;
        """;

    /// <summary>
    /// A replaced key comes into the trigram index later, many of them at once: each time the index is written costs a part of it, which
    /// is then merged with others again and again. Until then the device is in <c>search_pending</c>, with what the index has of it,
    /// and the search looks at those rows too. <see cref="ApplyPending"/> is all it takes.
    /// </summary>
    /// <remarks>
    /// Whatever else changes a row's text, or deletes the row, first has the index brought up to what it knows of the row. The former keys
    /// bring as much of the next one as their last trigrams reach into: the index counts the trigrams of each column and calls
    /// itself malformed when the content has others.
    /// </remarks>
    public const string PutOffKeys = """
        DROP TRIGGER IF EXISTS devices_update_key;
        CREATE TABLE search_pending (device_id INTEGER PRIMARY KEY, device_key TEXT NOT NULL, former_length INTEGER NOT NULL);
        CREATE TRIGGER search_pending_delete BEFORE DELETE ON search_pending BEGIN
            INSERT INTO device_search (device_search, rowid, device_key) VALUES ('delete', old.device_id, old.device_key);
            INSERT INTO device_search (rowid, device_key, former_keys)
                SELECT id, device_key, substr(former_keys, 1, length(former_keys) - old.former_length + 2) FROM devices WHERE id = old.device_id;
        END;
        CREATE TRIGGER devices_update_key AFTER UPDATE OF device_key ON devices
        WHEN old.device_key IS NOT new.device_key AND length(old.device_key) + coalesce(length(old.former_keys), 0) < 2000 BEGIN
            UPDATE devices SET former_keys = old.device_key || char(10) || coalesce(old.former_keys, '') WHERE id = new.id;
            INSERT INTO search_pending VALUES (new.id, old.device_key, coalesce(length(old.former_keys), 0)) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER devices_before_text BEFORE UPDATE OF device_key, name, name_zh ON devices
        WHEN old.name IS NOT new.name OR old.name_zh IS NOT new.name_zh
            OR (old.device_key IS NOT new.device_key AND length(old.device_key) + coalesce(length(old.former_keys), 0) >= 2000) BEGIN
            DELETE FROM search_pending WHERE device_id = old.id;
        END;
        CREATE TRIGGER devices_before_delete BEFORE DELETE ON devices BEGIN
            DELETE FROM search_pending WHERE device_id = old.id;
        END;
        """;

    /// <summary>Brings the trigram index up to date.</summary>
    public const string ApplyPending = "DELETE FROM search_pending";

    /// <summary>For databases that were made before a replaced key stayed in the index.</summary>
    public const string RenewTextTriggers = "DROP TRIGGER IF EXISTS devices_update_key; DROP TRIGGER IF EXISTS devices_update_text;" + CreateTextTriggers;

    /// <summary>For the first migration.</summary>
    public const string Create = CreateTables + CreateIndexes + CreateTriggers + CreateTextTriggers;

    public const string Drop = "DROP TABLE device_search; DROP TABLE status_counts;";

    /// <summary>For a bulk load: an empty trigram index that puts off merging its parts.</summary>
    /// <remarks>
    /// The memory of an index under construction stays as small as FTS5 has it by default (1 MiB): that fits a core's
    /// cache. With 64 MiB each trigram misses it, and the same index takes twice the time.
    /// </remarks>
    public const string BeginFilling = $"""
        {ApplyPending};
        INSERT INTO device_search (device_search) VALUES ('delete-all');
        INSERT INTO device_search (device_search, rank) VALUES ('automerge', 0);
        DELETE FROM status_counts;
        """;

    /// <summary>A merge that had nothing to do changes fewer rows: https://sqlite.org/fts5.html#the_merge_command.</summary>
    public const int ChangesOfAMerge = 2;

    /// <summary>Works for a while on making one part of all parts of the index: that is the quickest to search.</summary>
    public const string Merge = "INSERT INTO device_search (device_search, rank) VALUES ('merge', -4000);";

    public const string EndFilling = """
        INSERT INTO device_search (device_search, rank) VALUES ('automerge', 4);
        INSERT INTO status_counts SELECT organization_number, status, count(*) FROM devices GROUP BY 1, 2;
        """;

    /// <summary>Adds the devices above row number <paramref name="after"/> up to <paramref name="last"/>.</summary>
    public static string Fill(long after, long last) => $"""
        INSERT INTO device_search (rowid, device_key, asset_id, name, name_zh, former_keys)
            SELECT id, device_key, asset_id, name, name_zh, former_keys FROM devices WHERE id > {after} AND id <= {last}
        """;
}
