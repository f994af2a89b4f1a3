import Synchronization

/// A directory held in memory: for examples, tests, and hosts with a handful of people.
public final class InMemoryPeopleDirectory: PeopleDirectory {
    private struct State {
        var customers: [Customer.ID: Customer] = [:]
        var agents: [Agent.ID: Agent] = [:]
        var services: [Customer.ID: [Service.ID: Service]] = [:]
    }

    private let state = Mutex(State())

    /// Makes a directory.
    public init(agents: [Agent] = [], customers: [Customer] = []) {
        for agent in agents { set(agent) }
        for customer in customers { set(customer) }
    }

    /// Adds an agent, or replaces the one with the same id.
    public func set(_ agent: Agent) { state.withLock { $0.agents[agent.id] = agent } }

    /// Adds a customer, or replaces the one with the same id.
    public func set(_ customer: Customer) { state.withLock { $0.customers[customer.id] = customer } }

    /// Gives a customer a service, or replaces the one with the same id.
    public func add(_ service: Service, to customer: Customer.ID) {
        state.withLock { $0.services[customer, default: [:]][service.id] = service }
    }

    /// Takes a service away.
    public func remove(_ service: Service.ID, from customer: Customer.ID) {
        state.withLock { $0.services[customer]?[service] = nil }
    }

    /// Removes an agent.
    public func remove(_ agent: Agent.ID) { state.withLock { $0.agents[agent] = nil } }

    /// The customer, if it was added.
    public func customer(_ id: Customer.ID) async throws -> Customer? { state.withLock { $0.customers[id] } }

    /// The agents of a department, by id.
    public func agents(of department: Department.ID, page: PageRequest) async throws -> Page<Agent> {
        page.cut(state.withLock { $0.agents.values.filter { $0.departments.contains(department) } })
    }

    /// The services of a customer, by id.
    public func services(of customer: Customer.ID, page: PageRequest) async throws -> Page<Service> {
        page.cut(state.withLock { Array(($0.services[customer] ?? [:]).values) })
    }

    /// The customers who hold a key of a service or a product, by id.
    public func customers(holding key: AccessKey, page: PageRequest) async throws -> Page<Customer> {
        page.cut(
            state.withLock { state in
                state.customers.values.filter { customer in
                    let services = (state.services[customer.id] ?? [:]).values
                    return Set.held(by: customer, services: Array(services)).contains(key)
                }
            })
    }
}

extension PageRequest {
    /// Cuts the page out of a whole list, ordered by id.
    fileprivate func cut<Element: Identifiable, Entity>(_ all: [Element]) -> Page<Element>
    where Element.ID == Identifier<Entity> {
        let rest = all.sorted { $0.id < $1.id }.filter { after == nil || Identifier(after?.id ?? "") < $0.id }
        let items = Array(rest.prefix(max(0, limit)))
        guard let last = items.last, items.count < rest.count else { return Page(items) }
        return Page(items, next: PageCursor(order: "id", value: .number(0), id: last.id.rawValue))
    }
}
