import Foundation
import SupportPortal

// Messages that are stored otherwise than written, come in the wrong order, or are shown to whom they should not be.

private let whole = "Messages come in the order of their places"
private let hidden = "Messages for agents alone are absent unless asked for"

extension PlantedBug {
    static let messageBugs: [PlantedBug] = [
        .messages("messages are ordered by date", breaks: whole, hidden) { list in
            list.precedes = { ($0.date, $0.index) < ($1.date, $1.index) }
        },
        .messages("messages are ordered by the text of their ids", breaks: whole) { list in
            list.precedes = { $0.id < $1.id }
        },
        .messages("pages of messages are counted off", breaks: whole) { list in
            list.isPast = { _, _, _ in true }
            list.page = { messages, query in
                guard query.page.limit > 0 else { return Page() }
                let offset = query.page.after.flatMap { Int($0.id) } ?? 0
                let shown = Array(messages.dropFirst(offset).prefix(query.page.limit))
                let end = offset + shown.count
                return Page(
                    shown,
                    next: end < messages.count ? PageCursor(order: query.orderName, value: .number(0), id: "\(end)") : nil)
            }
        },
        .tickets("messages always rise", breaks: whole, hidden) { store in
            let base = store.base
            store.onMessages = { query in
                var query = query
                query.ascending = true
                return try await base.messages(query)
            }
        },
        .messages("the cursor's own message comes again", breaks: whole) { list in
            list.isPast = { $2 ? $0 >= $1 : $0 <= $1 }
        },
        .messages("the cursor of falling messages is compared as if it rose", breaks: whole) { list in
            list.isPast = { place, after, _ in place > after }
        },
        .messages("a full page of messages is always followed by another", breaks: whole) { list in
            list.page = { [page = list.page] messages, query in
                var found = page(messages, query)
                if found.items.count == query.page.limit { found.next = found.items.last.map { $0.cursor(query) } }
                return found
            }
        },
        .messages("a negative limit of messages is none", breaks: whole) { list in
            list.page = { [page = list.page] messages, query in
                query.page.limit < 0 ? Page(messages) : page(messages, query)
            }
        },
        .messages("messages of other tickets are found by their id", breaks: whole) { list in
            list.matches = { message, query in
                var query = query
                if query.message != nil { query.ticket = message.ticket }
                return query.matches(message)
            }
        },
        .messages("an id that was asked for is forgotten", breaks: whole) { list in
            list.matches = { message, query in
                var query = query
                query.message = nil
                return query.matches(message)
            }
        },
        .messages("notes are shown to all", breaks: hidden) { list in
            list.matches = { message, query in
                var query = query
                query.includesInternal = true
                return query.matches(message)
            }
        },
        .messages("kinds that are not known are shown to all", breaks: hidden) { list in
            list.matches = { message, query in
                var all = query
                all.includesInternal = true
                return query.includesInternal ? all.matches(message) : all.matches(message) && message.kind != .note
            }
        },
        .messages("what the portal posts is hidden", breaks: hidden) { list in
            list.matches = { message, query in
                query.matches(message) && (query.includesInternal || message.kind == .reply)
            }
        },
        .messages("a note is shown to whoever knows its id", breaks: hidden) { list in
            list.matches = { message, query in
                var query = query
                if query.message != nil { query.includesInternal = true }
                return query.matches(message)
            }
        },
        .messages("messages of that instant are left out", breaks: hidden) { list in
            list.matches = { message, query in query.matches(message) && message.date != query.since }
        },
        .filteringLate("notes are left out after the page is cut") { $0.includesInternal = true },
        .filteringLate("early messages are left out after the page is cut") { $0.since = nil },
        .storing("instants are kept in whole seconds") { $0.copy(date: $0.date.inWholeSeconds) },
        .storing("text is brought into another normal form") { $0.copy(text: $0.text.precomposedStringWithCanonicalMapping) },
        .storing("text is cut after 65,535 bytes") {
            $0.copy(text: String(decoding: $0.text.utf8.prefix(65_535), as: UTF8.self))
        },
        .storing("line breaks become spaces") { $0.copy(text: String($0.text.map { $0.isNewline ? " " : $0 })) },
        .storing("text is escaped for a page") { $0.copy(text: $0.text.replacing("\"", with: "&quot;")) },
        .storing("attachments are sorted") { message in
            var message = message
            message.attachments.sort { $0.id < $1.id }
            return message
        },
        .storing("only the first attachment is kept") { message in
            var message = message
            message.attachments = Array(message.attachments.prefix(1))
            return message
        },
        .storing("addresses of authors are forgotten") { message in
            var author = message.author
            author.address = nil
            return message.copy(author: author)
        },
        .storing("attachments are forgotten") { message in
            var message = message
            message.attachments = []
            return message
        },
    ]

    private static func filteringLate(_ name: String, widen: @escaping @Sendable (inout MessageQuery) -> Void) -> PlantedBug {
        .tickets(name, breaks: hidden) { store in
            let base = store.base
            store.onMessages = { query in
                var wide = query
                widen(&wide)
                var page = try await base.messages(wide)
                page.items.removeAll { !query.matches($0) }
                return page
            }
        }
    }

    private static func storing(_ name: String, as change: @escaping @Sendable (Message) -> Message) -> PlantedBug {
        .tickets("messages are stored so that \(name)", breaks: whole) { store in store.changeMessages { $0.map(change) } }
    }
}
