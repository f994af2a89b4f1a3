import GRDB

/// The tables. A record is kept whole, as JSON, beside the columns that it is found and ordered by.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE tickets (
                        id TEXT PRIMARY KEY NOT NULL,
                        number TEXT NOT NULL UNIQUE,
                        revision INTEGER NOT NULL,
                        status TEXT NOT NULL,
                        department TEXT NOT NULL,
                        priority TEXT NOT NULL,
                        service TEXT,
                        customer TEXT,
                        opened INTEGER NOT NULL,
                        activity INTEGER NOT NULL,
                        subject TEXT NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX ticketsByActivity ON tickets(activity, id);
                    CREATE INDEX ticketsByStatus ON tickets(status, activity, id);
                    CREATE INDEX ticketsByCustomer ON tickets(customer, activity, id);

                    CREATE TABLE ticket_keys (
                        key TEXT NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id),
                        PRIMARY KEY (key, ticket)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX keysOfTicket ON ticket_keys(ticket);

                    CREATE TABLE messages (
                        id TEXT PRIMARY KEY NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id),
                        place INTEGER NOT NULL,
                        public INTEGER NOT NULL,
                        date INTEGER NOT NULL,
                        record TEXT NOT NULL,
                        UNIQUE (ticket, place)
                    ) STRICT;

                    CREATE TABLE submissions (
                        key TEXT PRIMARY KEY NOT NULL,
                        expires INTEGER NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX submissionsByExpiry ON submissions(expires);

                    CREATE TABLE events (
                        position INTEGER PRIMARY KEY AUTOINCREMENT,
                        internal INTEGER NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE event_keys (
                        key TEXT NOT NULL,
                        position INTEGER NOT NULL REFERENCES events(position) ON DELETE CASCADE,
                        PRIMARY KEY (key, position)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX keysOfEvent ON event_keys(position);

                    CREATE TABLE queue (
                        id TEXT PRIMARY KEY NOT NULL,
                        lane TEXT NOT NULL,
                        position INTEGER NOT NULL,
                        event TEXT NOT NULL,
                        delivery TEXT,
                        due INTEGER NOT NULL,
                        lease TEXT,
                        parked INTEGER NOT NULL DEFAULT 0,
                        failures INTEGER NOT NULL DEFAULT 0,
                        last_failure TEXT
                    ) STRICT;
                    CREATE INDEX queueByDue ON queue(due, position) WHERE NOT parked;
                    CREATE INDEX queueByLane ON queue(lane, position, id) WHERE NOT parked;
                    CREATE INDEX queueParked ON queue(position, id) WHERE parked;

                    CREATE TABLE blobs (
                        id TEXT PRIMARY KEY NOT NULL,
                        upload TEXT NOT NULL UNIQUE,
                        size INTEGER NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE chunks (
                        upload TEXT NOT NULL,
                        start INTEGER NOT NULL,
                        bytes BLOB NOT NULL,
                        PRIMARY KEY (upload, start)
                    ) STRICT;
                    """)
        }
        return migrator
    }
}
