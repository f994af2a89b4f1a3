/// Somebody whom the host has not signed in. What is known of a guest is what the guest typed: nothing of it opens a ticket.
public struct Guest: Hashable, Sendable, Codable {
    /// The name, to fill in the form with.
    public var name: SingleLine
    /// The address, to fill in the form with.
    public var email: EmailAddress?
    /// The language for notices, as a BCP 47 tag.
    public var language: String?

    /// Makes a guest.
    public init(name: SingleLine = "", email: EmailAddress? = nil, language: String? = nil) {
        self.name = name
        self.email = email
        self.language = language
    }
}
