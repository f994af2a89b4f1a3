import Foundation
import SupportPortal
import SupportPortalTesting

// What is asked of both storages.
extension CatalogWork {
    static var orders: [CatalogOrder] { [.newest, .place, .title, .updated] + counters.map(CatalogOrder.popular) }

    mutating func filter() async throws -> CatalogFilter<Item> {
        var filter = CatalogFilter<Item>()
        if happens(30) { filter.states = Set((0..<number(0..<3)).map { _ in state() }) }
        if happens(50) { filter.shownAt = Self.date(1_790_000_000_000 + Int64(number(-4..<20) * 60_000)) }
        if happens(50) { filter.placement = placement() }
        if happens(20) { filter.hidden = Set((0..<number(1..<3)).compactMap { _ in one(categories) }) }
        if happens(15) { filter.tag = one(Self.tags) }
        if happens(10) { filter.ids = Set((0..<number(0..<6)).compactMap { _ in one(ids) }) }
        // So many that they are not looked up one by one.
        if happens(5) { filter.ids = Set(ids.filter { _ in happens(80) } + (0..<200).map { Item.ID("none-\($0)") }) }
        if happens(5), let id = one(ids) { filter.slug = try await slug(of: id) }
        return filter
    }

    private func slug(of id: Item.ID) async throws -> Slug? {
        try await ask(catalog: "item \(id)") {
            try await $0.items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [id] }))
        }?
        .items.first?.entry.slug
    }

    mutating func placement() -> CatalogPlacement<Item> {
        switch number(0..<8) {
        case 0: .anywhere
        case 1, 2: .unlisted
        default: .listed(Set((0..<number(0..<4)).compactMap { _ in one(categories) }))
        }
    }

    /// One question of chance.
    mutating func read() async throws {
        switch number(0..<10) {
        case 0..<5: try await readItems()
        case 5, 6:
            let (filter, scope) = (try await filter(), scope())
            let placements = (0..<number(0..<6)).map { _ in placement() }
            try await ask(catalog: "counts \(filter) \(scope) \(placements)") {
                try await $0.counts(filter, in: scope, of: placements)
            }
        case 7:
            guard let id = one(ids) else { return }
            try await readVersions(of: id, number(1..<4))
        case 8:
            let asked = Set((0..<6).compactMap { _ in one(ids) })
            let (ballot, voter) = (Self.ballots[number(0..<3)], key())
            try await ask(catalog: "tallies \(asked)") { try await $0.tallies(of: asked) }
            try await ask(catalog: "votes \(asked)") { try await $0.votes(in: ballot, by: voter, on: asked) }
            if let id = asked.min() { try await readVotes(on: id, number(1..<4)) }
        default:
            try await readChanges(since: one(positions))
            try await readParked()
            try await ask(catalog: "categories") { try await $0.categories() }
        }
    }

    private mutating func readItems() async throws {
        var query = CatalogQuery<Item>(in: scope(), try await filter(), order: Self.orders[number(0..<Self.orders.count)])
        query.page.limit = happens(5) ? number(-1..<1) : number(1..<12)
        if happens(3) {
            query.page.after = PageCursor(order: query.order.name, value: happens(50) ? .text(odd()) : .number(0), id: odd())
        }
        try await readPages(query)
    }

    private func readPages(_ query: CatalogQuery<Item>) async throws {
        var asked = query
        repeat {
            let query = asked
            asked.page.after = try await ask(catalog: "items \(query)") { try await $0.items(query) }?.next
        } while asked.page.after != nil
    }

    private func readVersions(of id: Item.ID, _ size: Int) async throws {
        var page = PageRequest(limit: size)
        repeat {
            let asked = page
            page.after = try await ask(catalog: "versions of \(id) \(asked)") { try await $0.versions(of: id, page: asked) }?.next
        } while page.after != nil
    }

    private func readVotes(on id: Item.ID, _ size: Int) async throws {
        var page = PageRequest(limit: size)
        repeat {
            let asked = page
            page.after = try await ask(catalog: "votes on \(id) \(asked)") { try await $0.votes(on: id, page: asked) }?.next
        } while page.after != nil
    }

    /// Everything that can be asked for.
    mutating func readAll() async throws {
        for order in Self.orders {
            try await readPages(CatalogQuery(in: .everything, order: order, page: PageRequest(limit: 30)))
        }
        for id in ids {
            try await readVersions(of: id, 10)
            try await readVotes(on: id, 10)
        }
        let ids = Set(ids)
        try await ask(catalog: "tallies") { try await $0.tallies(of: ids) }
        let voters = Chance.customers.map(AccessKey.customer) + Chance.agents.map(AccessKey.agent)
        for ballot in Self.ballots {
            for voter in voters { try await ask(catalog: "votes") { try await $0.votes(in: ballot, by: voter, on: ids) } }
        }
        let placements =
            [CatalogPlacement<Item>.anywhere, .unlisted] + categories.map { .listed([$0]) } + [.listed(Set(categories))]
        try await ask(catalog: "counts") { try await $0.counts(CatalogFilter(), in: .everything, of: placements) }
        try await ask(catalog: "categories") { try await $0.categories() }
        try await ask("changes") { try await $0.changes(ChangeQuery(since: .start, limit: 1_000_000)).events }
        try await readParked()
    }
}
