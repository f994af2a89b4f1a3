import SupportPortal

/// An item that laws make samples of.
protocol LawItem: CatalogItem {
    /// Begins the names of the laws of its store.
    static var lawPrefix: String { get }
    static func store(in storage: any PortalStorage) -> (any CatalogStore<Self>)?
    /// An item; what it has of its own differs with the number. 0 is for as little as can be.
    init(_ entry: CatalogEntry<Self>, own number: Int)
}

extension Announcement: LawItem {
    static let lawPrefix = "Announcements: "
    static func store(in storage: any PortalStorage) -> (any CatalogStore<Self>)? { storage.announcements }
    init(_ entry: CatalogEntry<Self>, own number: Int) { self.init(entry: entry) }
}

extension Article: LawItem {
    static let lawPrefix = "Articles: "
    static func store(in storage: any PortalStorage) -> (any CatalogStore<Self>)? { storage.articles }
    init(_ entry: CatalogEntry<Self>, own number: Int) {
        self.init(entry: entry)
        for file in 0..<number {
            var attachment = FileAttachment(id: Blob.ID("file/\(9 - file)"), name: "Über „file” 1.png", size: number << 40)
            if file == 0 { attachment.removed = LawBench.instant(1) }
            attachments.append(attachment)
        }
    }
}

extension Download: LawItem {
    static let lawPrefix = "Downloads: "
    static func store(in storage: any PortalStorage) -> (any CatalogStore<Self>)? { storage.downloads }
    init(_ entry: CatalogEntry<Self>, own number: Int) {
        self.init(
            entry: entry, file: FileAttachment(id: Blob.ID("file/\(number)"), name: "Über „file” 1.png", size: number << 40),
            sha256: String(repeating: "\(number % 10)", count: number == 0 ? 0 : 64))
        guard number > 0 else { return }
        version = SingleLine("\(number).0 „é”")
        requirement = Requirement(products: ["vps", Product.ID("p \(number)")], needsSupport: number % 2 == 1)
    }
}

extension LawItem {
    typealias Category = CatalogCategory<Self>

    /// An item, different for each number.
    static func sample(
        _ number: Int, id: String? = nil, slug: String? = nil, _ change: (inout CatalogEntry<Self>) -> Void = { _ in }
    ) -> Self {
        var entry = CatalogEntry<Self>(
            id: ID(id ?? "item-\(number)"), slug: .sample(slug ?? "item-\(number)"),
            texts: [CatalogText(title: SingleLine("Title \(number)"), summary: "Summary", body: "Body \(number)")],
            created: LawBench.instant(number * 1_000), editor: .system)
        change(&entry)
        return Self(entry, own: number % 4)
    }

    /// The item as it is stored when it is written.
    var stored: Self {
        var item = self
        item.entry.revision = entry.revision.next
        return item
    }

    /// The item with something changed.
    func with(_ change: (inout CatalogEntry<Self>) -> Void) -> Self {
        var item = self
        change(&item.entry)
        return item
    }
}

extension CatalogCategory {
    /// A category, different for each id.
    static func sample(_ id: String, slug: String? = nil, _ change: (inout Self) -> Void = { _ in }) -> Self {
        var category = Self(
            id: ID(id), slug: .sample(slug ?? id), texts: [CatalogText(title: SingleLine("Category \(id)"))])
        change(&category)
        return category
    }

    /// The category as it is stored when it is written.
    var stored: Self { with { $0.revision = $0.revision.next } }

    /// The category with something changed.
    func with(_ change: (inout Self) -> Void) -> Self {
        var category = self
        change(&category)
        return category
    }
}

extension Slug {
    /// A slug that is written out in a law.
    static func sample(_ text: String) -> Slug { Slug(rawValue: text) ?? Slug(SingleLine(text)) }
}

/// Ends a check with a violation unless texts are equal byte by byte.
func requireSameBytes(
    _ found: [CatalogText]?, _ expected: [CatalogText], _ what: @autoclosure () -> String, line: UInt = #line
) throws {
    try requireEqual(found?.count, expected.count, "the number of texts of \(what())", line: line)
    for (found, expected) in zip(found ?? [], expected) {
        try requireSameBytes(found.language, expected.language, "the language of \(what())", line: line)
        try requireSameBytes(found.title.text, expected.title.text, "the title of \(what())", line: line)
        try requireSameBytes(found.summary, expected.summary, "the summary of \(what())", line: line)
        try requireSameBytes(found.body, expected.body, "the body of \(what())", line: line)
    }
}
