/// What can happen to what a section publishes. With the kind of the item before it, it is the kind of an event: `article.published`.
public struct CatalogEventName: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String

    /// Makes a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It was written, and is not published yet; internal.
    public static let created = CatalogEventName(rawValue: "created")
    /// It was published, for now or for a later time.
    public static let published = CatalogEventName(rawValue: "published")
    /// It was changed: what it says, who sees it, or where it stands.
    public static let changed = CatalogEventName(rawValue: "changed")
    /// It was taken out of use.
    public static let archived = CatalogEventName(rawValue: "archived")
    /// It was removed.
    public static let removed = CatalogEventName(rawValue: "removed")
    /// A category was made or changed; the subject is the category.
    public static let categoryChanged = CatalogEventName(rawValue: "categoryChanged")
    /// A category was removed; the subject is the category.
    public static let categoryRemoved = CatalogEventName(rawValue: "categoryRemoved")
    /// Somebody downloaded a file to its end; internal.
    public static let completed = CatalogEventName(rawValue: "completed")
}

extension PortalEvent.Kind {
    /// What happened to an item of a section, or to one of its categories.
    public static func catalog<Item: CatalogItem>(_ item: Item.Type, _ name: CatalogEventName) -> PortalEvent.Kind {
        PortalEvent.Kind(rawValue: "\(item.kindName).\(name.rawValue)")
    }
}
