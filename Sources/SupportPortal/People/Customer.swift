/// A customer of the host, whom the host has signed in.
public struct Customer: Identifiable, Hashable, Sendable, Codable {
    /// The host's id of a customer.
    public typealias ID = Identifier<Customer>

    /// The host's id.
    public let id: ID
    /// The name to show.
    public var name: SingleLine
    /// The address that the host has **verified**. It fills in forms, receives notices, and opens tickets on which it is an approved
    /// CC: never pass one that the customer merely typed.
    public var email: EmailAddress?
    /// The language for notices, as a BCP 47 tag.
    public var language: String?

    /// Makes a customer.
    public init(id: ID, name: SingleLine, email: EmailAddress? = nil, language: String? = nil) {
        self.id = id
        self.name = name
        self.email = email
        self.language = language
    }
}

extension Customer {
    /// Makes a customer of any text as name; control characters and line breaks in it become spaces.
    public init(id: ID, name: String, email: EmailAddress? = nil, language: String? = nil) {
        self.init(id: id, name: SingleLine(name), email: email, language: language)
    }
}
