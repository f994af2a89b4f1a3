/// What somebody is to a ticket or another record.
public struct Role: RawRepresentable, Hashable, Sendable, Codable {
    /// The role as text.
    public let rawValue: String

    /// Makes a role.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Who asked for help, customer or guest.
    public static let requester = Role(rawValue: "requester")
    /// An approved CC recipient.
    public static let copy = Role(rawValue: "copy")
    /// Staff.
    public static let agent = Role(rawValue: "agent")
    /// The portal itself.
    public static let system = Role(rawValue: "system")
}

/// Who wrote or did something, as it was at that time.
public struct Author: Hashable, Sendable, Codable {
    /// What the author is to the record.
    public var role: Role
    /// Who it is: `customer:…`, `agent:…`, `address:…` or `system`.
    public var identity: AccessKey
    /// The name to show.
    public var name: SingleLine
    /// The address, so that nobody is told of what he did himself. Customers see the addresses of participants, not of agents.
    public var address: EmailAddress?

    enum CodingKeys: CodingKey {
        case role, identity, name, address
    }

    /// Reads an author.
    public init(from decoder: any Decoder) throws {
        if let reader = decoder as? ValueReader {
            try self.init(KeyedReader(reader))
        } else {
            try self.init(decoder.container(keyedBy: CodingKeys.self))
        }
    }

    /// Generic, so that there is a fast version for ``RecordDecoder``.
    private init<Values: KeyedDecodingContainerProtocol>(_ values: Values) throws where Values.Key == CodingKeys {
        role = try values.decode(Role.self, forKey: .role)
        identity = try values.decode(AccessKey.self, forKey: .identity)
        name = try values.decode(SingleLine.self, forKey: .name)
        address = try values.decodeIfPresent(EmailAddress.self, forKey: .address)
    }

    /// Makes an author.
    public init(role: Role, identity: AccessKey, name: SingleLine, address: EmailAddress? = nil) {
        self.role = role
        self.identity = identity
        self.name = name
        self.address = address
    }

    /// The portal itself.
    public static let system = Author(role: .system, identity: .system, name: "")

    /// An agent.
    public init(_ agent: Agent) {
        self.init(role: .agent, identity: .agent(agent.id), name: agent.name, address: agent.email)
    }

    /// A customer in a role.
    public init(_ customer: Customer, as role: Role) {
        self.init(role: role, identity: .customer(customer.id), name: customer.name, address: customer.email)
    }
}
