/// Who looks at a section.
enum CatalogReader: Sendable {
    case guest(language: String?)
    case customer(Customer)
    case agent(Agent)

    var language: String? {
        switch self {
        case .guest(let language): language
        case .customer(let customer): customer.language
        case .agent(let agent): agent.language
        }
    }
}

extension Portal {
    /// What somebody may see of a section now.
    /// - Throws: ``PortalError/Code/sectionNotComposed``; what the directory throws.
    func viewer<Item>(
        of store: (any CatalogStore<Item>)?, for reader: CatalogReader, language: String? = nil
    ) async throws -> CatalogViewer<Item> {
        guard let store else { throw PortalError(.sectionNotComposed, "no store of \(Item.kindName)s is composed") }
        let (keys, services) = try await holdings(of: reader)
        return CatalogViewer(
            store: store, scope: .holding(keys), services: services, language: language ?? reader.language,
            now: environment.date, limits: configuration.limits)
    }

    /// The keys by which records are found for somebody, and what a customer has.
    private func holdings(of reader: CatalogReader) async throws -> (keys: Set<AccessKey>, services: [Service]?) {
        switch reader {
        case .guest: return (.heldByGuests, nil)
        case .customer(let customer):
            let services = try await people.allServices(of: customer.id, limit: configuration.limits.services)
            return (.held(by: customer, services: services), services)
        case .agent(let agent): return (.held(by: agent), nil)
        }
    }

    /// What takes care of the files of a section.
    func files<Item>(of store: any CatalogStore<Item>) -> CatalogFiles<Item> {
        CatalogFiles(store: store, blobs: storage.blobs, environment: environment)
    }

    /// What an agent publishes a section with.
    /// - Throws: ``PortalError/Code/sectionNotComposed``.
    func desk<Item>(
        of store: (any CatalogStore<Item>)?, for agent: Agent, _ permission: Agent.Permission
    ) throws -> CatalogDesk<Item> {
        guard let store else { throw PortalError(.sectionNotComposed, "no store of \(Item.kindName)s is composed") }
        return CatalogDesk(
            store: store, configuration: configuration, environment: environment, agent: agent, permission: permission)
    }
}
