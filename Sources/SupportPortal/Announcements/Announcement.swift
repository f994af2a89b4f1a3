/// News of the host's. Read-only for customers.
public struct Announcement: CatalogItem {
    /// The id of an announcement.
    public typealias ID = Identifier<Announcement>

    /// `announcement`.
    public static let kindName = "announcement"

    /// Texts, audience, dates and whether it is pinned.
    public var entry: CatalogEntry<Announcement>

    /// Makes an announcement that is not stored yet.
    public init(entry: CatalogEntry<Announcement>) { self.entry = entry }
}
