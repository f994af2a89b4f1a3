#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Something that somebody has begun to write, kept by the portal until it is sent or discarded, so that it is there on every device.
///
/// Sending removes it in the same step. Its uploads are kept for ``TicketPolicy/uploadLifetime`` only.
public struct SavedDraft<Content: Codable & Sendable & Hashable>: Hashable, Sendable {
    /// What was written.
    public var content: Content
    /// When it was saved.
    public var date: Date
    /// How often it was saved: name it when saving to find out that another device was faster.
    public var revision: Revision
}

/// Where a saved reply or note belongs.
public struct DraftPlace: Hashable, Sendable, Codable {
    /// The ticket.
    public let ticket: Ticket.ID
    /// Whether it is a note for agents.
    public let isNote: Bool
    /// When it was saved.
    public let date: Date
}

extension DeskRecord.ID {
    /// What a draft becomes.
    enum DraftKind: String {
        case form, reply, note
    }

    /// The draft of a form.
    static func draft(_ kind: DraftKind, of owner: AccessKey) -> DeskRecord.ID {
        DeskRecord.ID(.draft, of: owner, kind.rawValue)
    }

    /// The draft of a message.
    static func draft(_ kind: DraftKind, on ticket: Ticket.ID, of owner: AccessKey) -> DeskRecord.ID {
        DeskRecord.ID(.draft, of: owner, "\(kind.rawValue):\(ticket)")
    }

    /// What the key of a draft of a message says.
    var draftPlace: (kind: DraftKind, ticket: Ticket.ID)? {
        guard let colon = key.firstIndex(of: ":"), let kind = DraftKind(rawValue: String(key[..<colon])) else { return nil }
        return (kind, Ticket.ID(String(key[key.index(after: colon)...])))
    }
}
