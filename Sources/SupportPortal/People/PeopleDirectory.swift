/// What the portal asks the host about people it does not know by name: the host's own customer database.
///
/// Every requirement has a default that knows nobody, so a host writes what it has. Lists are paged; the ``PageCursor`` is the host's
/// own to fill. An error is passed on to whoever asked; while a notice is worked out it means another try later.
public protocol PeopleDirectory: Sendable {
    /// A customer by id, or `nil`: for name, address and language of a notice, and when an agent opens a ticket for somebody.
    func customer(_ id: Customer.ID) async throws -> Customer?

    /// The agents who hear of a department's tickets, asked again before each notice: whoever is gone hears no more.
    func agents(of department: Department.ID, page: PageRequest) async throws -> Page<Agent>

    /// The services of a customer.
    func services(of customer: Customer.ID, page: PageRequest) async throws -> Page<Service>

    /// The customers who hold a key of a service or a product.
    func customers(holding key: AccessKey, page: PageRequest) async throws -> Page<Customer>
}

extension PeopleDirectory {
    /// Knows no customer.
    public func customer(_ id: Customer.ID) async throws -> Customer? { nil }
    /// Knows no agents.
    public func agents(of department: Department.ID, page: PageRequest) async throws -> Page<Agent> { Page() }
    /// Knows no services.
    public func services(of customer: Customer.ID, page: PageRequest) async throws -> Page<Service> { Page() }
    /// Knows no customers.
    public func customers(holding key: AccessKey, page: PageRequest) async throws -> Page<Customer> { Page() }
}

extension PeopleDirectory {
    /// All the services of a customer, up to a limit.
    func allServices(of customer: Customer.ID, limit: Int) async throws -> [Service] {
        try await collectPages(limit: limit) { try await services(of: customer, page: $0) }
    }

    /// All the agents of a department, up to a limit.
    func allAgents(of department: Department.ID, limit: Int) async throws -> [Agent] {
        try await collectPages(limit: limit) { try await agents(of: department, page: $0) }
    }
}

/// Reads page after page until there is no more or the limit is reached. Ends, too, when a directory hands out the same cursor again.
func collectPages<Element>(
    limit: Int, _ page: (PageRequest) async throws -> Page<Element>
) async throws -> [Element] {
    var result: [Element] = []
    var request = PageRequest(limit: Swift.min(limit, 200))
    while result.count < limit {
        let answer = try await page(request)
        result += answer.items.prefix(limit - result.count)
        guard let next = answer.next, next != request.after else { break }
        request.after = next
    }
    return result
}
