/// What a list of a store holds, one after the other, with no more than a page in memory.
struct PagedItems<Element: Sendable>: Sendable {
    private let fetch: @Sendable (PageRequest) async throws -> Page<Element>
    private let limit: Int
    private var items: ArraySlice<Element> = []
    private var request: PageRequest?

    init(limit: Int, _ fetch: @escaping @Sendable (PageRequest) async throws -> Page<Element>) {
        self.fetch = fetch
        self.limit = limit
        request = PageRequest(limit: limit)
    }

    /// The next one, or `nil` at the end of the list.
    mutating func next() async throws -> Element? {
        while items.isEmpty, let request {
            let page = try await fetch(request)
            items = page.items[...]
            self.request = page.next.map { PageRequest(limit: limit, after: $0) }
        }
        return items.popFirst()
    }
}
