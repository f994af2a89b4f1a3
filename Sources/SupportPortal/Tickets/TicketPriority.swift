/// How urgent a ticket is. Low, Medium and High are built in; hosts may offer others in ``PortalConfiguration/priorities``.
public struct TicketPriority: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The priority as it is stored and, for the built-in ones, shown.
    public let rawValue: String

    /// Makes a priority.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Can wait.
    public static let low = TicketPriority(rawValue: "Low")
    /// As usual.
    public static let medium = TicketPriority(rawValue: "Medium")
    /// Urgent.
    public static let high = TicketPriority(rawValue: "High")

    /// The priority as it is stored.
    public var description: String { rawValue }
}
