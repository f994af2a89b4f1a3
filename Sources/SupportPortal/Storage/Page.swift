/// One page of a list.
public struct Page<Element> {
    /// The elements, in the order that the query asked for.
    public var items: [Element]
    /// Where the next page begins; `nil` when this is the last one.
    public var next: PageCursor?

    /// Makes a page.
    public init(_ items: [Element] = [], next: PageCursor? = nil) {
        self.items = items
        self.next = next
    }

    /// The same page with every element converted.
    public func map<Other>(_ transform: (Element) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(try items.map(transform), next: next)
    }
}

extension Page {
    /// The first elements of what was found, and where to go on if there are more.
    init(first limit: Int, of found: some Collection<Element>, cursor: (Element) -> PageCursor) {
        let items = Array(found.prefix(Swift.max(0, limit)))
        self.init(items, next: items.count < found.count ? items.last.map(cursor) : nil)
    }
}

extension Page: Sendable where Element: Sendable {}
extension Page: Equatable where Element: Equatable {}
extension Page: Hashable where Element: Hashable {}
extension Page: Codable where Element: Codable {}

/// Which page of a list is wanted.
public struct PageRequest: Hashable, Sendable, Codable {
    /// The most elements to return. Sessions cut it to ``PortalLimits/pageSize``; stores return no more than this many, and
    /// none for zero or less.
    public var limit: Int
    /// The ``Page/next`` of the page before; `nil` for the first page.
    public var after: PageCursor?

    /// Makes a request.
    public init(limit: Int = 20, after: PageCursor? = nil) {
        self.limit = limit
        self.after = after
    }

    /// The first page, of the size that a list has when nothing else is said: 20.
    public static let first = PageRequest()
}
