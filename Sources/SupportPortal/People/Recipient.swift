/// Somebody who hears of something.
public struct Recipient: Hashable, Sendable, Codable {
    /// In which capacity: requester, copy, agent.
    public var role: Role
    /// Who it is: `customer:…`, `agent:…` or `address:…`. Stays the same over retries.
    public var identity: AccessKey
    /// The name to show.
    public var name: SingleLine
    /// Where notices go; `nil` for somebody whose address is not known.
    public var address: EmailAddress?
    /// The language for notices, as a BCP 47 tag.
    public var language: String?

    /// Makes a recipient.
    public init(role: Role, identity: AccessKey, name: SingleLine, address: EmailAddress? = nil, language: String? = nil) {
        self.role = role
        self.identity = identity
        self.name = name
        self.address = address
        self.language = language
    }
}
