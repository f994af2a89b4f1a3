/// What a line of an archive says about what a section publishes. Categories come first, then items; what follows an item is about it.
enum PublishedLine<Item: CatalogItem>: Sendable {
    /// A category.
    case category(CatalogCategory<Item>)
    /// An item; its files came before.
    case item(Item)
    /// How often what was counted about the item.
    case counters([CatalogTally.Counter: Int])
    /// An earlier version of the item, the latest first.
    case version(Item)
    /// A vote on the item.
    case vote(ArchivedVote)
}

/// A vote on the item before.
struct ArchivedVote: Hashable, Sendable, Codable {
    var ballot: CatalogTally.Ballot
    var value: Int
    var voter: AccessKey
}

extension PublishedLine {
    private enum Part: String {
        case item = "", category = ".category", counters = ".counters", version = ".version", vote = ".vote"
    }

    private var part: Part {
        switch self {
        case .category: .category
        case .item: .item
        case .counters: .counters
        case .version: .version
        case .vote: .vote
        }
    }

    /// What such lines are called: `article`, or `article.vote`.
    var typeName: String { Item.kindName + part.rawValue }

    /// Reads the value of a line of a type; `nil` where it is of another kind.
    init?(_ typeName: String, _ value: PublishedLineValue) throws {
        guard typeName.hasPrefix(Item.kindName), let part = Part(rawValue: String(typeName.dropFirst(Item.kindName.count))) else {
            return nil
        }
        self =
            switch part {
            case .item: .item(try value.read(Item.self).unsaved)
            case .category: .category(try value.read(CatalogCategory<Item>.self).unsaved)
            case .counters: .counters(try value.read([CatalogTally.Counter: Int].self))
            case .version: .version(try value.read(Item.self))
            case .vote: .vote(try value.read(ArchivedVote.self))
            }
    }

    func encode(to line: inout KeyedEncodingContainer<ArchiveLine.CodingKeys>) throws {
        try line.encode(typeName, forKey: .type)
        switch self {
        case .category(let category): try line.encode(category.unsaved, forKey: .value)
        case .item(let item): try line.encode(item.unsaved, forKey: .value)
        case .counters(let counters): try line.encode(counters, forKey: .value)
        case .version(let version): try line.encode(version, forKey: .value)
        case .vote(let vote): try line.encode(vote, forKey: .value)
        }
    }
}

/// The value of a line that is being read.
struct PublishedLineValue {
    let container: KeyedDecodingContainer<ArchiveLine.CodingKeys>

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value { try container.decode(type, forKey: .value) }
}

extension CatalogItem {
    /// The item as a store that never saw it is handed it.
    var unsaved: Self {
        var item = self
        item.entry.revision = .unsaved
        return item
    }
}

extension CatalogCategory {
    /// The category as a store that never saw it is handed it.
    var unsaved: Self {
        var category = self
        category.revision = .unsaved
        return category
    }
}

// MARK: Order

/// What the order of an archive goes by, whatever section a line is of.
struct PublishedPlace: Sendable {
    enum Content: Sendable {
        case category(id: String)
        /// When it was last changed, in milliseconds since 1970.
        case item(updated: Int64, id: String, files: [FileAttachment])
        case counters
        case version(Int, id: String)
        case vote(ballot: String, voter: String)
    }

    var kind: String
    var content: Content
}

extension PublishedLine {
    var place: PublishedPlace {
        let content: PublishedPlace.Content =
            switch self {
            case .category(let category): .category(id: category.id.rawValue)
            case .item(let item):
                .item(updated: item.entry.updated.milliseconds, id: item.id.rawValue, files: item.files)
            case .counters: .counters
            case .version(let version): .version(version.entry.revision.rawValue, id: version.id.rawValue)
            case .vote(let vote): .vote(ballot: vote.ballot.rawValue, voter: vote.voter.rawValue)
            }
        return PublishedPlace(kind: Item.kindName, content: content)
    }
}

/// What may follow what in the part of an archive that tells what sections publish.
struct PublishedOrder: Sendable {
    private var kind = ""
    private var category: OrderedEntry<Int>?
    private var item: OrderedEntry<Int64>?
    /// Whether what comes is about the item, whose files may not have begun to come.
    private var isInItem = false
    private var hasCounters = false
    private var version = 0
    private var vote: OrderedEntry<SortValue>?

    /// A file comes, of an item that follows.
    mutating func admitFile() { isInItem = false }

    /// Whether a line may come now.
    mutating func admits(_ place: PublishedPlace) -> Bool {
        if place.kind != kind {
            guard kind.precedesByBytes(place.kind) else { return false }
            self = PublishedOrder()
            kind = place.kind
        }
        switch place.content {
        case .category(let id):
            let next = OrderedEntry(value: 0, id: id)
            guard item == nil, category.map({ $0 < next }) ?? true else { return false }
            category = next
        case .item(let updated, let id, _):
            let next = OrderedEntry(value: updated, id: id)
            guard item.map({ next < $0 }) ?? true else { return false }
            (item, isInItem, hasCounters, version, vote) = (next, true, false, 0, nil)
        case .counters:
            guard isInItem, !hasCounters, version == 0, vote == nil else { return false }
            hasCounters = true
        case .version(let revision, let id):
            guard isInItem, vote == nil, revision == version - 1, let item, id.hasSameBytes(as: item.id) else { return false }
            version = revision
        case .vote(let ballot, let voter):
            let next = OrderedEntry(value: SortValue.text(ballot), id: voter)
            guard isInItem, vote.map({ $0 < next }) ?? true else { return false }
            vote = next
        }
        return true
    }
}
