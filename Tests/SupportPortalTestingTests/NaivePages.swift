import SupportPortal

/// Cuts pages out of a list as a naive adapter does, each step to be replaced.
struct NaivePages<Element: Sendable>: Sendable {
    var cursor: @Sendable (Element, _ order: String) -> PageCursor
    /// Whether an element comes after a cursor.
    var isPast: @Sendable (Element, PageCursor, _ rises: Bool) -> Bool
    var limit: @Sendable (Int) -> Int = { max(0, $0) }
    /// Whether a full page is always followed by another.
    var alwaysGoesOn = false
    /// Whether cursors say how many came before.
    var countsOff = false

    /// Elements whose cursors hold what they are ordered by.
    init(cursor: @escaping @Sendable (Element, String) -> PageCursor) {
        self.cursor = cursor
        isPast = { element, after, rises in
            let own = cursor(element, after.order)
            return own.isSame(as: after) ? false : rises == after.precedes(own)
        }
    }

    func page(of found: [Element], _ request: PageRequest, order: String, rises: Bool) -> Page<Element> {
        var rest = found
        let offset = countsOff ? request.after.flatMap { Int($0.id) } ?? 0 : 0
        if countsOff {
            rest.removeFirst(min(offset, rest.count))
        } else if let after = request.after {
            rest.removeAll { !isPast($0, after, rises) }
        }
        let limit = limit(request.limit)
        let shown = Array(rest.prefix(limit))
        guard let last = shown.last, alwaysGoesOn ? shown.count == limit : shown.count < rest.count else { return Page(shown) }
        var next = cursor(last, order)
        if countsOff { next.id = "\(offset + shown.count)" }
        return Page(shown, next: next)
    }

    /// What may be wrong with pages of any list, each with what is wrong.
    static var mistakes: [(name: String, change: @Sendable (inout NaivePages) -> Void)] {
        [
            (
                "the cursor's own element comes again",
                { pages in
                    let cursor = pages.cursor
                    pages.isPast = { [isPast = pages.isPast] in isPast($0, $1, $2) || cursor($0, $1.order).isSame(as: $1) }
                }
            ),
            ("a full page is always followed by another", { $0.alwaysGoesOn = true }),
            ("a negative limit is none", { $0.limit = { $0 < 0 ? 10_000 : $0 } }),
            ("a page holds one more than asked for", { $0.limit = { $0 + 1 } }),
            ("pages are counted off", { $0.countsOff = true }),
        ]
    }
}

extension PageCursor {
    func isSame(as other: PageCursor) -> Bool { value == other.value && id.hasSameBytes(as: other.id) }
    func precedes(_ other: PageCursor) -> Bool { value == other.value ? id.precedesByBytes(other.id) : value < other.value }
}

/// Steps that list something on pages.
protocol NaiveList: Sendable {
    associatedtype Element: Sendable
    var pages: NaivePages<Element> { get set }
}
