import Foundation
import GRDB
import SupportPortal

// The portal's own values as rows, the way of GRDB: each property is a column by its Codable conformance, a nested value is JSON.

/// A ticket, and the customer as a column of its own to find it by.
struct TicketRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "ticket"

    var ticket: Ticket

    private enum CodingKeys: CodingKey { case customer }

    init(_ ticket: Ticket) { self.ticket = ticket }

    init(from decoder: any Decoder) throws { ticket = try Ticket(from: decoder) }

    func encode(to encoder: any Encoder) throws {
        try ticket.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(ticket.requester.customer, forKey: .customer)
    }

    // Whole milliseconds are both shorter and faster than GRDB's usual text.
    static func databaseDateEncodingStrategy(for column: String) -> DatabaseDateEncodingStrategy { .millisecondsSince1970 }
    static func databaseDateDecodingStrategy(for column: String) -> DatabaseDateDecodingStrategy { .millisecondsSince1970 }
}

/// A message.
struct MessageRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "message"

    var message: Message

    init(_ message: Message) { self.message = message }

    init(from decoder: any Decoder) throws { message = try Message(from: decoder) }

    func encode(to encoder: any Encoder) throws { try message.encode(to: encoder) }

    static func databaseDateEncodingStrategy(for column: String) -> DatabaseDateEncodingStrategy { .millisecondsSince1970 }
    static func databaseDateDecodingStrategy(for column: String) -> DatabaseDateDecodingStrategy { .millisecondsSince1970 }
}

/// An event; the database gives it its position.
struct EventRow: Encodable, PersistableRecord {
    static let databaseTableName = "event"

    var event: PortalEvent

    init(_ event: PortalEvent) { self.event = event }

    func encode(to encoder: any Encoder) throws { try event.encode(to: encoder) }

    static func databaseDateEncodingStrategy(for column: String) -> DatabaseDateEncodingStrategy { .millisecondsSince1970 }
}

extension PeerStore {
    /// The tables, with the indices that the measured questions need, and none beside.
    static let schema = """
        CREATE TABLE ticket (
            id TEXT PRIMARY KEY NOT NULL, number TEXT NOT NULL UNIQUE, customer TEXT, requester TEXT NOT NULL,
            opened INTEGER NOT NULL, subject TEXT NOT NULL, department TEXT NOT NULL, service TEXT, priority TEXT NOT NULL,
            status TEXT NOT NULL, lastActivity INTEGER NOT NULL, lastRole TEXT NOT NULL, closed INTEGER, copies TEXT NOT NULL,
            guestAccess TEXT, followUpOf TEXT, continuedIn TEXT, messageCount INTEGER NOT NULL, lastIndex INTEGER NOT NULL,
            lastPublicIndex INTEGER NOT NULL, lastAuthor TEXT NOT NULL, lastPublicAuthor TEXT NOT NULL,
            fileCount INTEGER NOT NULL, participants TEXT NOT NULL, assignee TEXT, watchers TEXT NOT NULL, tags TEXT NOT NULL,
            fields TEXT NOT NULL, mergedInto TEXT, mergeAccess TEXT, merged TEXT NOT NULL, splitFrom TEXT,
            splitInto TEXT NOT NULL, feedback TEXT, warned INTEGER, reminders INTEGER NOT NULL, source TEXT,
            publicRevision INTEGER NOT NULL, revision INTEGER NOT NULL
        );
        CREATE INDEX ticketByCustomer ON ticket(customer, lastActivity DESC);
        CREATE TABLE message (
            id TEXT PRIMARY KEY NOT NULL, ticket TEXT NOT NULL, "index" INTEGER NOT NULL, kind TEXT NOT NULL,
            author TEXT NOT NULL, date INTEGER NOT NULL, text TEXT NOT NULL, attachments TEXT NOT NULL, edits TEXT NOT NULL,
            rating INTEGER, movedFrom TEXT, revision INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX messageByTicket ON message(ticket, "index");
        CREATE TABLE event (
            position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
            date INTEGER NOT NULL, author TEXT NOT NULL, isInternal INTEGER NOT NULL, keys TEXT NOT NULL, details TEXT NOT NULL
        );
        CREATE INDEX eventBySubject ON event(subject);
        """
}
