/// The status of a ticket. Four are built in; hosts add their own with ``StatusDefinition``.
///
/// An open set: a status that is not defined (any more) is kept, and counts as of kind ``StatusKind/open``.
public struct TicketStatus: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The status as it is stored and, for the built-in ones, shown.
    public let rawValue: String

    /// Makes a status.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Waits for an agent; nobody has answered yet.
    public static let open = TicketStatus(rawValue: "Open")
    /// An agent has answered; waits for the customer.
    public static let answered = TicketStatus(rawValue: "Answered")
    /// The customer has written again; waits for an agent.
    public static let customerReply = TicketStatus(rawValue: "Customer-Reply")
    /// Done.
    public static let closed = TicketStatus(rawValue: "Closed")

    /// The status as it is stored.
    public var description: String { rawValue }

    /// Compares bytes, as databases do.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }

    /// Orders by UTF-8 bytes.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue.precedesByBytes(b.rawValue) }
}

extension TicketStatus: CodingKeyRepresentable {
    /// The status as the key of a coded dictionary.
    public var codingKey: any CodingKey { TextKey(stringValue: rawValue) }

    /// Reads the status from the key of a coded dictionary.
    public init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }
}

/// What a status means to the rules.
public enum StatusKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waits for an agent.
    case open
    /// Waits for the customer.
    case answered
    /// Waits for an agent, after the customer wrote again.
    case customerReply
    /// Done.
    case closed
}

/// A status of the host's own, such as "On hold", and which of the four kinds it is.
public struct StatusDefinition: Hashable, Sendable {
    /// The status.
    public var status: TicketStatus
    /// What it means to the rules.
    public var kind: StatusKind

    /// Makes a definition.
    public init(_ status: TicketStatus, kind: StatusKind) {
        self.status = status
        self.kind = kind
    }

    /// The four built-in statuses.
    public static let standard: [StatusDefinition] = [
        StatusDefinition(.open, kind: .open), StatusDefinition(.answered, kind: .answered),
        StatusDefinition(.customerReply, kind: .customerReply), StatusDefinition(.closed, kind: .closed),
    ]
}
