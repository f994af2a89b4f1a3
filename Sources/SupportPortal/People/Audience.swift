/// Who may see something: the union of the groups it is made of.
///
/// ```swift
/// let audience: Audience = [.owners(of: "vps-line"), .customers(["c-42"]), .agents]
/// ```
public struct Audience: Hashable, Sendable, Codable {
    /// The keys that the record bears: who holds one of them may see it.
    public private(set) var keys: Set<AccessKey>

    /// An audience by its keys.
    public init(keys: Set<AccessKey>) { self.keys = keys }

    /// Everybody, guests included.
    public static let everyone = Audience(keys: [.everyone])
    /// All customers.
    public static let customers = Audience(keys: [.customers])
    /// All agents.
    public static let agents = Audience(keys: [.agents])

    /// The owners of one service.
    public static func owners(of service: Service.ID) -> Audience { Audience(keys: [.service(service)]) }
    /// The owners of any service of a product.
    public static func owners(ofProduct product: Product.ID) -> Audience { Audience(keys: [.product(product)]) }
    /// Named customers.
    public static func customers(_ ids: [Customer.ID]) -> Audience { Audience(keys: Set(ids.map(AccessKey.customer))) }

    /// Both audiences together.
    public func union(_ other: Audience) -> Audience { Audience(keys: keys.union(other.keys)) }

    /// Whether a holder of these keys belongs to it.
    public func includes(holderOf held: Set<AccessKey>) -> Bool { !keys.isDisjoint(with: held) }
}

extension Audience {
    /// Writes the keys in order, so that equal audiences have equal bytes.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(keys.sorted(), forKey: .keys)
    }
}

extension Audience: ExpressibleByArrayLiteral {
    /// The union of audiences.
    public init(arrayLiteral elements: Audience...) {
        keys = elements.reduce(into: []) { $0.formUnion($1.keys) }
    }
}

extension Set<AccessKey> {
    /// The keys that a guest holds.
    public static let heldByGuests: Set<AccessKey> = [.everyone]

    /// The keys that a customer with these services holds.
    public static func held(by customer: Customer, services: [Service]) -> Set<AccessKey> {
        var keys: Set<AccessKey> = [.everyone, .customers, .customer(customer.id)]
        if let email = customer.email { keys.insert(.address(email)) }
        for service in services {
            keys.insert(.service(service.id))
            if let product = service.product { keys.insert(.product(product)) }
        }
        return keys
    }

    /// The keys that an agent holds.
    public static func held(by agent: Agent) -> Set<AccessKey> {
        var keys: Set<AccessKey> = [.everyone, .agents, .agent(agent.id)]
        if case .only(let departments) = agent.departments { keys.formUnion(departments.map(AccessKey.department)) }
        return keys
    }
}
