/// Somebody whom the host has not signed in. What is known of a guest is what the guest typed: nothing of it opens a ticket.
public struct Guest: Hashable, Sendable, Codable {
    /// The name, to fill in the form with.
    public var name: SingleLine
    /// The address, to fill in the form with.
    public var email: EmailAddress?
    /// The language for notices, as a BCP 47 tag.
    public var language: String?
    /// Where the guest comes from, such as a network address or a hash of one, as the host likes to have it stored: floods are counted and
    /// bans found by it.
    public var source: String?

    /// Makes a guest.
    public init(name: SingleLine = "", email: EmailAddress? = nil, language: String? = nil) {
        self.name = name
        self.email = email
        self.language = language
    }
}
