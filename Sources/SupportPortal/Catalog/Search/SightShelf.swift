/// What decides who may see an item, but for times: many items have the same.
struct Sight<Item: CatalogItem>: Hashable, Sendable {
    var audience: Set<AccessKey>
    var categories: [CatalogCategory<Item>.ID]
    var state: PublicationState

    init(_ entry: CatalogEntry<Item>) {
        audience = entry.audience.keys
        categories = entry.categories
        state = entry.state
    }
}

/// The different sights of the items of an index, each once, by numbers.
struct SightShelf<Item: CatalogItem>: Sendable {
    private(set) var sights: [Sight<Item>?] = []
    private var uses: [Int] = []
    private var numbers: [Sight<Item>: Int] = [:]
    private var free: [Int] = []

    /// Bytes held, roughly.
    var memory: Int { sights.compactMap(\.self).reduce(0) { $0 + 200 + ($1.audience.count + $1.categories.count) * 64 } }

    /// The number of a sight, which is used once more.
    mutating func take(_ sight: Sight<Item>) -> Int {
        if let number = numbers[sight] {
            uses[number] += 1
            return number
        }
        let number = free.popLast() ?? sights.count
        if number == sights.count {
            sights.append(nil)
            uses.append(0)
        }
        sights[number] = sight
        uses[number] = 1
        numbers[sight] = number
        return number
    }

    /// Ends a use.
    mutating func giveBack(_ number: Int) {
        uses[number] -= 1
        guard uses[number] == 0, let sight = sights[number] else { return }
        numbers[sight] = nil
        sights[number] = nil
        free.append(number)
    }
}

/// Decides which items a search may find: those that a ``CatalogQuery`` of the same scope and filter matches.
struct IndexAdmission<Item: CatalogItem> {
    private let scope: AccessScope
    private let filter: CatalogFilter<Item>
    /// What was decided of each sight, as far as it was asked.
    private var verdicts: [Bool?]

    init(_ scope: AccessScope, _ filter: CatalogFilter<Item>, _ sights: SightShelf<Item>) {
        self.scope = scope
        self.filter = filter
        verdicts = Array(repeating: nil, count: sights.sights.count)
    }

    /// Whether an item may be found, by its number.
    mutating func admits(_ item: Int, in content: IndexedItems<Item>) -> Bool {
        let gate = content.gates[item]
        guard admits(gate.sight, content.sights) else { return false }
        if let now = filter.shownAt, now < gate.published || now >= gate.expires { return false }
        guard filter.ids != nil || filter.tag != nil else { return true }
        guard let facts = content.items[item] else { return false }
        return (filter.ids?.contains(facts.id) ?? true) && (filter.tag.map(facts.tags.contains) ?? true)
    }

    private mutating func admits(_ number: Int, _ sights: SightShelf<Item>) -> Bool {
        if let known = verdicts[number] { return known }
        let verdict = sights.sights[number].map(admits) ?? false
        verdicts[number] = verdict
        return verdict
    }

    private func admits(_ sight: Sight<Item>) -> Bool {
        scope.contains(sight.audience) && (filter.states?.contains(sight.state) ?? true)
            && (filter.shownAt == nil || sight.state == .published) && filter.placement.contains(sight.categories)
            && (filter.hidden.isEmpty || !sight.categories.contains(where: filter.hidden.contains))
    }
}
