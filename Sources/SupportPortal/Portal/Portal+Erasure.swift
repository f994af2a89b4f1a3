/// What was forgotten of somebody.
public struct ErasureReport: Hashable, Sendable {
    /// Tickets that were removed.
    public var tickets = 0
    /// Tickets of others from which words or names were removed.
    public var redacted = 0
    /// Announcements, articles and downloads that were removed, as they were for these people alone.
    public var published = 0
    /// Files that were deleted.
    public var files = 0

    /// Nothing.
    public init() {}
}

extension Portal {
    /// Everything that lets time do its work; see ``Housekeeper``.
    public var housekeeper: Housekeeper {
        Housekeeper(
            desk: try? ticketDesk, blobs: storage.blobs, articles: storage.articles.map { files(of: $0) },
            downloads: storage.downloads.map { files(of: $0) }, environment: environment, configuration: configuration)
    }

    /// Forgets a customer in all sections: the tickets that the customer asked go with everything that was said in them, also those that were
    /// opened as a guest with the same address; what the customer wrote on tickets of others loses its text and files; name and address vanish
    /// from recipients, feedback, histories, feeds and queues, and what waits to be sent to the customer is not sent. Drafts, marks and votes go, and
    /// what was published for the customer alone, such as a shared file.
    /// Another customer who has the same address is not meant. Bans stay: somebody who may not write does not get around that so.
    ///
    /// What a store that cannot be written says of somebody is the host's to forget. What was cut short is finished by calling it again. Sessions that were made for the customer before should be given up first.
    /// - Returns: what was found, this time.
    /// - Throws: what a store throws; `CancellationError`.
    @discardableResult
    public func erase(_ customer: Customer) async throws -> ErasureReport {
        var keys: [AccessKey] = [.customer(customer.id)]
        if let email = customer.email { keys.append(.address(email)) }
        return try await erase(keys)
    }

    /// Forgets whoever wrote as a guest under an address, or got copies there, as ``erase(_:)-(Customer)`` does. Tickets of customers who have the
    /// address stay.
    @discardableResult
    public func erase(guestsWith address: EmailAddress) async throws -> ErasureReport { try await erase([.address(address)]) }

    private func erase(_ keys: [AccessKey]) async throws -> ErasureReport {
        let people = Set(keys)
        var report = ErasureReport()
        if let store = storage.announcements { try await erase(people, from: store, &report) }
        if let store = storage.articles { try await erase(people, from: store, &report) }
        if let store = storage.downloads { try await erase(people, from: store, &report) }
        if storage.tickets != nil { try await ticketDesk.erase(people, &report) }
        return report
    }

    private func erase<Item: CatalogItem>(
        _ people: Set<AccessKey>, from store: any CatalogStore<Item>, _ report: inout ErasureReport
    ) async throws {
        let erasure = CatalogErasure(files: files(of: store), configuration: configuration, environment: environment)
        do { try await erasure.erase(people, &report) } catch let error as StorageError where error.code == .readOnly {
            // What the portal cannot write is the host's own, and so are the names in it.
        }
    }
}
