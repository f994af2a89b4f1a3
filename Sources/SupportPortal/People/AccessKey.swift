/// A plain key by which records are found: a record bears the keys of those who may see it, a session holds the keys of who is
/// asking, and a store compares the two as text.
///
/// This is the one mechanism behind ticket scopes, audiences and subscriptions, so that any database can filter by it.
public struct AccessKey: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The key as text, `kind:id`.
    public let rawValue: String

    /// Makes a key of text.
    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ kind: String, _ id: String) { rawValue = "\(kind):\(id)" }

    /// Held by everybody, guests included.
    public static let everyone = AccessKey(rawValue: "everyone")
    /// Held by every customer.
    public static let customers = AccessKey(rawValue: "customers")
    /// Held by every agent.
    public static let agents = AccessKey(rawValue: "agents")
    /// The author of what the portal posts by itself; held by nobody.
    public static let system = AccessKey(rawValue: "system")

    /// In place of a guest of whom nothing is kept; held by nobody.
    public static let guest = AccessKey(rawValue: "guest")

    /// In place of somebody who was erased; held by nobody.
    public static let forgotten = AccessKey(rawValue: "forgotten")

    /// Held by one customer.
    public static func customer(_ id: Customer.ID) -> AccessKey { AccessKey("customer", id.rawValue) }
    /// Held by one agent.
    public static func agent(_ id: Agent.ID) -> AccessKey { AccessKey("agent", id.rawValue) }
    /// Held by the agents of a department.
    public static func department(_ id: Department.ID) -> AccessKey { AccessKey("department", id.rawValue) }
    /// Held by customers who have this service.
    public static func service(_ id: Service.ID) -> AccessKey { AccessKey("service", id.rawValue) }
    /// Held by customers who have a service of this product.
    public static func product(_ id: Product.ID) -> AccessKey { AccessKey("product", id.rawValue) }
    /// Held by a customer whose verified address this is.
    public static func address(_ address: EmailAddress) -> AccessKey { AccessKey("address", address.normalized) }
    /// Held by whoever knows an access token, by its hash; see ``AccessToken``.
    static func tokenHash(_ hash: String) -> AccessKey { AccessKey("token", hash) }
    /// Held by whoever has the form with this submit key, by its hash.
    static func form(_ hash: String) -> AccessKey { AccessKey("form", hash) }

    /// Held by nobody: the owner of the files that belong to an item of a section.
    static func item<Item: CatalogItem>(_ id: Identifier<Item>) -> AccessKey { AccessKey(Item.kindName, id.rawValue) }

    /// The item of a section that owns what this is the owner of; `nil` for other owners.
    func item<Item: CatalogItem>(of type: Item.Type) -> Identifier<Item>? {
        kind == Item.kindName && rawValue.utf8.count > kind.utf8.count
            ? Identifier(String(rawValue.dropFirst(kind.count + 1))) : nil
    }

    /// Held by nobody: where a guest came from, as the host says it; floods are counted by it.
    static func source(_ text: String) -> AccessKey { AccessKey("source", text) }
    /// Held by nobody: the addresses of a domain, for bans.
    static func domain(_ text: String) -> AccessKey { AccessKey("domain", text) }

    /// What stands before the colon: `department`, `customer`, `address`, `token` … A record bears at most one key of a department, and
    /// those are the broad ones, borne by many records; stores may rely on both to choose how they search.
    public var kind: Substring { rawValue.prefix { $0 != ":" } }

    /// The key as text.
    public var description: String { rawValue }

    /// Compares bytes, as databases do.
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }

    /// Orders by UTF-8 bytes.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue.precedesByBytes(b.rawValue) }
}
