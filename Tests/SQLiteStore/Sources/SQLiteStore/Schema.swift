import GRDB
import SupportPortal

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
                        assignee TEXT,
                        files INTEGER NOT NULL,
                        opened INTEGER NOT NULL,
                        activity INTEGER NOT NULL,
                        subject TEXT NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX ticketsByActivity ON tickets(activity, id);
                    CREATE INDEX ticketsByStatus ON tickets(status, activity, id);
                    CREATE INDEX ticketsByCustomer ON tickets(customer, activity, id);
                    CREATE INDEX ticketsByAssignee ON tickets(assignee, activity, id);

                    CREATE TABLE ticket_keys (
                        key TEXT NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id) ON DELETE CASCADE,
                        PRIMARY KEY (key, ticket)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX keysOfTicket ON ticket_keys(ticket);
                    CREATE TABLE ticket_people (
                        key TEXT NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id) ON DELETE CASCADE,
                        PRIMARY KEY (key, ticket)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX peopleOfTicket ON ticket_people(ticket);
                    CREATE TABLE ticket_watchers (
                        agent TEXT NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id) ON DELETE CASCADE,
                        PRIMARY KEY (agent, ticket)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX watchersOfTicket ON ticket_watchers(ticket);
                    CREATE TABLE ticket_tags (
                        tag TEXT NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id) ON DELETE CASCADE,
                        PRIMARY KEY (tag, ticket)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX tagsOfTicket ON ticket_tags(ticket);

                    -- What is found in the record itself, and how much it counts.
                    CREATE TABLE ticket_words (
                        word TEXT NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id) ON DELETE CASCADE,
                        public INTEGER NOT NULL,
                        weight INTEGER NOT NULL,
                        PRIMARY KEY (word, ticket, public)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX wordsOfTicket ON ticket_words(ticket);

                    CREATE TABLE messages (
                        id TEXT PRIMARY KEY NOT NULL,
                        ticket TEXT NOT NULL REFERENCES tickets(id) ON DELETE CASCADE,
                        place INTEGER NOT NULL,
                        revision INTEGER NOT NULL,
                        public INTEGER NOT NULL,
                        date INTEGER NOT NULL,
                        record TEXT NOT NULL,
                        UNIQUE (ticket, place)
                    ) STRICT;
                    CREATE TABLE attachments (
                        file TEXT NOT NULL,
                        message TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
                        PRIMARY KEY (file, message)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX attachmentsOfMessage ON attachments(message);
                    -- Where a message is and whom it is for, its row says: a message that moves keeps its words.
                    CREATE TABLE message_words (
                        word TEXT NOT NULL,
                        message TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
                        PRIMARY KEY (word, message)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX wordsOfMessage ON message_words(message);

                    CREATE TABLE desk_records (
                        kind TEXT NOT NULL,
                        owner TEXT NOT NULL,
                        key TEXT NOT NULL,
                        revision INTEGER NOT NULL,
                        record TEXT NOT NULL,
                        PRIMARY KEY (kind, owner, key)
                    ) STRICT;

                    CREATE TABLE submissions (
                        key TEXT PRIMARY KEY NOT NULL,
                        ticket TEXT NOT NULL,
                        expires INTEGER NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX submissionsByExpiry ON submissions(expires);
                    CREATE INDEX submissionsByTicket ON submissions(ticket);

                    CREATE TABLE events (
                        position INTEGER PRIMARY KEY AUTOINCREMENT,
                        subject TEXT NOT NULL,
                        internal INTEGER NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX eventsBySubject ON events(subject, position);
                    CREATE TABLE event_keys (
                        key TEXT NOT NULL,
                        position INTEGER NOT NULL REFERENCES events(position) ON DELETE CASCADE,
                        PRIMARY KEY (key, position)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX keysOfEvent ON event_keys(position);
                    CREATE TABLE event_people (
                        key TEXT NOT NULL,
                        position INTEGER NOT NULL REFERENCES events(position) ON DELETE CASCADE,
                        PRIMARY KEY (key, position)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX peopleOfEvent ON event_people(position);

                    CREATE TABLE queue (
                        id TEXT PRIMARY KEY NOT NULL,
                        lane TEXT NOT NULL,
                        position INTEGER NOT NULL REFERENCES events(position) ON DELETE CASCADE,
                        recipient TEXT,
                        delivery TEXT,
                        due INTEGER NOT NULL,
                        lease TEXT,
                        parked INTEGER NOT NULL DEFAULT 0,
                        failures INTEGER NOT NULL DEFAULT 0,
                        last_failure TEXT
                    ) STRICT;
                    CREATE INDEX queueByDue ON queue(due, position) WHERE NOT parked;
                    CREATE INDEX queueByLane ON queue(lane, position, id) WHERE NOT parked;
                    CREATE INDEX queueByEvent ON queue(position);
                    CREATE INDEX queueByRecipient ON queue(recipient);
                    CREATE INDEX queueParked ON queue(position, id) WHERE parked;

                    CREATE TABLE blobs (
                        id TEXT PRIMARY KEY NOT NULL,
                        upload TEXT NOT NULL UNIQUE,
                        owner TEXT NOT NULL,
                        created INTEGER NOT NULL,
                        size INTEGER NOT NULL,
                        record TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX blobsByCreation ON blobs(created, id);
                    CREATE INDEX blobsByOwner ON blobs(owner, created, id);
                    CREATE TABLE chunks (
                        upload TEXT NOT NULL,
                        start INTEGER NOT NULL,
                        bytes BLOB NOT NULL,
                        PRIMARY KEY (upload, start)
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("2") { db in
            for kind in [Announcement.kindName, Article.kindName, Download.kindName] { try db.execute(sql: catalog(kind)) }
        }
        return migrator
    }

    /// The tables of a store of published items.
    private static func catalog(_ kind: String) -> String {
        """
        CREATE TABLE \(kind)_items (
            id TEXT PRIMARY KEY NOT NULL,
            revision INTEGER NOT NULL,
            slug TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            published INTEGER NOT NULL,
            expires INTEGER,
            newest INTEGER NOT NULL,
            place INTEGER NOT NULL,
            title TEXT NOT NULL,
            updated INTEGER NOT NULL,
            record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX \(kind)_by_newest ON \(kind)_items(newest, id);
        CREATE INDEX \(kind)_by_title ON \(kind)_items(title, id);
        CREATE INDEX \(kind)_by_update ON \(kind)_items(updated, id);

        -- By what items are found: key, category or tag.
        CREATE TABLE \(kind)_marks (
            kind TEXT NOT NULL,
            mark TEXT NOT NULL,
            item TEXT NOT NULL REFERENCES \(kind)_items(id) ON DELETE CASCADE,
            PRIMARY KEY (kind, mark, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(kind)_marks_of_item ON \(kind)_marks(item);

        CREATE TABLE \(kind)_versions (
            item TEXT NOT NULL REFERENCES \(kind)_items(id) ON DELETE CASCADE,
            revision INTEGER NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (item, revision)
        ) STRICT;

        CREATE TABLE \(kind)_counters (
            item TEXT NOT NULL REFERENCES \(kind)_items(id) ON DELETE CASCADE,
            counter TEXT NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (item, counter)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(kind)_by_counter ON \(kind)_counters(counter, amount, item);

        CREATE TABLE \(kind)_votes (
            item TEXT NOT NULL REFERENCES \(kind)_items(id) ON DELETE CASCADE,
            ballot TEXT NOT NULL,
            voter TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (item, ballot, voter)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(kind)_votes_of_voter ON \(kind)_votes(voter, ballot, item);

        CREATE TABLE \(kind)_categories (
            id TEXT PRIMARY KEY NOT NULL,
            revision INTEGER NOT NULL,
            slug TEXT NOT NULL UNIQUE,
            record TEXT NOT NULL
        ) STRICT;

        \(events(kind + "_"))
        """
    }

    /// The tables of a section's events and of its queue; as those of tickets are.
    private static func events(_ prefix: String) -> String {
        """
        CREATE TABLE \(prefix)events (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            subject TEXT NOT NULL,
            internal INTEGER NOT NULL,
            record TEXT NOT NULL
        ) STRICT;
        CREATE TABLE \(prefix)event_keys (
            key TEXT NOT NULL,
            position INTEGER NOT NULL REFERENCES \(prefix)events(position) ON DELETE CASCADE,
            PRIMARY KEY (key, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(prefix)keys_of_event ON \(prefix)event_keys(position);
        CREATE TABLE \(prefix)event_people (
            key TEXT NOT NULL,
            position INTEGER NOT NULL REFERENCES \(prefix)events(position) ON DELETE CASCADE,
            PRIMARY KEY (key, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX \(prefix)people_of_event ON \(prefix)event_people(position);

        CREATE TABLE \(prefix)queue (
            id TEXT PRIMARY KEY NOT NULL,
            lane TEXT NOT NULL,
            position INTEGER NOT NULL REFERENCES \(prefix)events(position) ON DELETE CASCADE,
            recipient TEXT,
            delivery TEXT,
            due INTEGER NOT NULL,
            lease TEXT,
            parked INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            last_failure TEXT
        ) STRICT;
        CREATE INDEX \(prefix)queue_by_due ON \(prefix)queue(due, position) WHERE NOT parked;
        CREATE INDEX \(prefix)queue_by_lane ON \(prefix)queue(lane, position, id) WHERE NOT parked;
        CREATE INDEX \(prefix)queue_by_event ON \(prefix)queue(position);
        CREATE INDEX \(prefix)queue_by_recipient ON \(prefix)queue(recipient);
        CREATE INDEX \(prefix)queue_parked ON \(prefix)queue(position, id) WHERE parked;
        """
    }
}
