import Foundation
import JSONLog
import SupportPortal

/// A storage with some of everything in it, and the questions that show what is there. The same each time, but for the names of files.
enum FilledStorage {
    static let start: Int64 = 1_790_000_000_000

    static func date(_ second: Int) -> Date { Date(timeIntervalSince1970: Double(start) / 1_000 + Double(second)) }

    /// Sizes with which even a few tickets fill several files.
    static var smallFiles: LogOptions {
        var options = LogOptions()
        options.segmentSize = 6_000
        options.tailSize = 0
        options.garbageShare = nil
        options.cacheSize = 50_000
        options.overlaySize = 10_000
        options.checkpointSize = 1
        return options
    }

    static func ticket(_ number: Int) -> Ticket {
        var ticket = Ticket(
            id: Ticket.ID("t-\(number)"), number: TicketNumber(rawValue: "ABC-\(100_000 + number)"),
            requester: Requester(
                customer: Customer.ID("c-\(number % 3)"), name: "Ada Sample",
                address: EmailAddress(checking: "ada\(number % 3)@example.com")),
            opened: date(number * 60), subject: SingleLine("Server \(number) is down"),
            department: number % 2 == 0 ? "technical" : "billing")
        ticket.status = number % 3 == 0 ? .answered : .open
        ticket.messageCount = 1
        ticket.lastIndex = 1
        return ticket
    }

    static func message(_ number: Int, _ index: Int) -> Message {
        Message(
            id: Message.ID("m-\(number)-\(index)"), ticket: Ticket.ID("t-\(number)"), index: index, kind: .reply,
            author: ticket(number).requester.author(.requester), date: date(number * 60 + index),
            text: "Message \(index) of ticket \(number): it still does not answer.",
            attachments: index == 1 ? [FileAttachment(id: Blob.ID("b-\(number)"), name: "log.txt", size: 20)] : [])
    }

    static func event(_ number: Int, _ index: Int) -> PortalEvent {
        let ticket = ticket(number)
        return PortalEvent(
            id: PortalEvent.ID("e-\(number)-\(index)"), kind: PortalEvent.Kind(rawValue: "replied"), subject: ticket.id.rawValue,
            date: date(number * 60 + index), author: ticket.requester.author(.requester), keys: ticket.accessKeys)
    }

    /// Stores so many tickets, from a number on.
    static func fill(_ storage: JSONFileStorage, tickets: Range<Int>) async throws {
        let store = storage.ticketStore
        for number in tickets {
            let blob = Blob(
                id: Blob.ID("b-\(number)"), owner: .customer(Customer.ID("c-\(number % 3)")), name: "log.txt",
                created: date(number * 60))
            let bytes = Data((0..<20).map { UInt8(truncatingIfNeeded: number + $0) })
            try await storage.blobStore.write(
                blob,
                from: AsyncThrowingStream<Data, any Error> { continuation in
                    continuation.yield(bytes)
                    continuation.finish()
                })
            var commit = TicketCommit(
                date: date(number * 60), tickets: [ticket(number)], messages: [message(number, 1)], events: [event(number, 1)])
            commit.submission = Submission(
                key: "submission-\(number)", ticket: Ticket.ID("t-\(number)"), message: Message.ID("m-\(number)-1"),
                expires: date(1_000_000))
            _ = try await store.commit(commit)
            var answered = ticket(number)
            answered.revision = Revision(rawValue: 1)
            answered.messageCount = 2
            answered.lastIndex = 2
            answered.lastActivity = date(number * 60 + 2)
            var record = DeskRecord(
                DeskRecord.ID(.draft, of: .agent("a-1"), "t-\(number)"), date: date(number), text: "Draft \(number)")
            record.revision = .unsaved
            _ = try await store.commit(
                TicketCommit(
                    date: date(number * 60 + 2), tickets: [answered], messages: [message(number, 2)], events: [event(number, 2)],
                    records: [.put(record)]))
        }
    }

    static func article(_ number: Int) -> Article {
        var entry = CatalogEntry<Article>(
            id: Article.ID("a-\(number)"), slug: Slug(SingleLine("Article \(number)")),
            texts: [CatalogText(title: SingleLine("Article \(number)"), body: "How to do it.")], created: date(number),
            editor: editor)
        entry.state = number % 3 == 0 ? .draft : .published
        entry.categories = [category(number % 2).id]
        entry.audience = number % 2 == 0 ? .everyone : [.customers, .agents]
        entry.tags = Set([TagName("refund")].compactMap(\.self))
        return Article(entry: entry, attachments: [FileAttachment(id: Blob.ID("b-\(number)"), name: "log.txt", size: 20)])
    }

    static func category(_ number: Int) -> Article.Category {
        Article.Category(
            id: Article.Category.ID("ac-\(number)"), slug: Slug(SingleLine("Category \(number)")),
            texts: [CatalogText(title: SingleLine("Category \(number)"))])
    }

    private static let editor = Author(role: .agent, identity: .agent("a-1"), name: "Bo Agent")

    /// Stores so many articles, from a number on, each twice and with something counted.
    static func publish(in storage: JSONFileStorage, articles: Range<Int>) async throws {
        if try await storage.articleStore.categories().isEmpty {
            _ = try await storage.articleStore.commit(CatalogCommit { $0.categories = [category(0), category(1)] })
        }
        for number in articles {
            let article = article(number)
            _ = try await storage.articleStore.commit(
                CatalogCommit {
                    $0.items = [article]
                    $0.increments = [CatalogIncrement(article.id, .views, by: number + 1)]
                    $0.votes = [CatalogVote(article.id, .helpful, by: .customer("c-1"), 1)]
                    $0.events = [
                        PortalEvent(
                            id: PortalEvent.ID("ae-\(number)"), kind: .catalog(Article.self, .created),
                            subject: article.id.rawValue,
                            date: date(number), author: editor, keys: article.entry.audience.keys)
                    ]
                })
            var changed = article
            changed.entry.revision = Revision(rawValue: 1)
            changed.entry.updated = date(100 + number)
            _ = try await storage.articleStore.commit(
                CatalogCommit {
                    $0.versions = [changed]
                    $0.items = [changed]
                })
        }
    }

    /// A question, and what the answer is compared by.
    struct Question: Sendable {
        var name: String
        var ask: @Sendable (JSONFileStorage) async throws -> [AnyHashableSendable]
    }

    /// Anything that can be compared.
    struct AnyHashableSendable: Hashable, @unchecked Sendable {
        var base: AnyHashable
        init(_ base: some Hashable & Sendable) { self.base = AnyHashable(base) }
    }

    /// All that can be asked about so many tickets.
    static func questions(tickets: Range<Int>) -> [Question] {
        var questions: [Question] = []
        func add(_ name: String, _ ask: @escaping @Sendable (JSONFileStorage) async throws -> some Hashable & Sendable) {
            questions.append(Question(name: name) { [AnyHashableSendable(try await ask($0))] })
        }
        for number in tickets {
            let id = Ticket.ID("t-\(number)")
            add("ticket \(number)") { try await $0.ticketStore.ticket(id, in: .everything) }
            add("messages \(number)") { try await $0.ticketStore.messages(MessageQuery(ticket: id, includesInternal: true)) }
            add("history \(number)") { try await $0.ticketStore.history(HistoryQuery(ticket: id)) }
            add("submission \(number)") { try await $0.ticketStore.submission("submission-\(number)", at: date(0)) }
            let blob = Blob.ID("b-\(number)")
            add("blob \(number)") { try await $0.blobStore.blobs([blob]) }
            add("bytes \(number)") { try await $0.blobStore.read(blob, in: 0..<20) }
        }
        add("tickets") { try await $0.ticketStore.tickets(TicketQuery(in: .everything, page: PageRequest(limit: 1_000))) }
        add("tickets by subject") { storage in
            try await storage.ticketStore.tickets(
                TicketQuery(in: .everything, order: TicketOrder(.subject, ascending: true), page: PageRequest(limit: 1_000)))
        }
        add("tickets of a customer") { storage in
            try await storage.ticketStore.tickets(TicketQuery(in: .holding([.customer("c-1")]), page: PageRequest(limit: 1_000)))
        }
        add("counts") { try await $0.ticketStore.counts(TicketFilter(), in: .everything) }
        add("counts of a department") { try await $0.ticketStore.counts(TicketFilter(), in: .holding([.department("billing")])) }
        add("numbers") { storage in
            try await storage.ticketStore.takenNumbers(among: Set(tickets.map { TicketNumber(rawValue: "ABC-\(100_000 + $0)") }))
        }
        add("records") { try await $0.ticketStore.records(DeskRecordQuery(.draft, page: PageRequest(limit: 1_000))) }
        add("changes") { try await $0.ticketStore.changes(ChangeQuery(since: .start, limit: 10_000)) }
        add("attached") { storage in
            try await storage.ticketStore.attachedFiles(among: Set(tickets.map { Blob.ID("b-\($0)") }))
        }
        add("blobs") { try await $0.blobStore.blobs(matching: BlobQuery(page: PageRequest(limit: 1_000))) }
        add("parked") { try await $0.ticketStore.parked(PageRequest(limit: 100)) }
        return questions
    }

    /// All that can be asked about so many articles.
    static func questions(articles: Range<Int>) -> [Question] {
        var questions: [Question] = []
        func add(_ name: String, _ ask: @escaping @Sendable (JSONCatalogStore<Article>) async throws -> some Hashable & Sendable)
        {
            questions.append(Question(name: name) { [AnyHashableSendable(try await ask($0.articleStore))] })
        }
        let ids = Set(articles.map { article($0).id })
        for number in articles {
            let article = article(number)
            add("article \(number)") {
                try await $0.items(CatalogQuery(in: .everything, CatalogFilter { $0.ids = [article.id] }))
            }
            add("article \(number) by its slug") { store in
                try await store.items(CatalogQuery(in: .everything, CatalogFilter { $0.slug = article.entry.slug }))
            }
            add("versions of \(number)") { try await $0.versions(of: article.id, page: .first) }
        }
        for order in [CatalogOrder.newest, .title, .updated, .popular(.views)] {
            add("articles by \(order.name)") { try await $0.items(CatalogQuery(in: .everything, order: order)) }
        }
        add("articles of a category") { store in
            let filter = CatalogFilter<Article> {
                $0.placement = .listed([category(1).id])
                $0.shownAt = date(1_000)
            }
            return try await store.items(CatalogQuery(in: .holding([.customers, .agents]), filter, order: .place))
        }
        add("articles with a tag") { store in
            try await store.items(CatalogQuery(in: .everything, CatalogFilter { $0.tag = TagName("refund") }))
        }
        add("counts of articles") { store in
            try await store.counts(
                CatalogFilter(), in: .holding([.everyone, .agents, .customers]),
                of: [.anywhere, .unlisted, .listed([category(0).id])])
        }
        add("categories") { try await $0.categories() }
        add("tallies") { try await $0.tallies(of: ids) }
        add("votes") { try await $0.votes(in: .helpful, by: .customer("c-1"), on: ids) }
        add("changes of articles") { try await $0.changes(ChangeQuery(since: .start, limit: 10_000)) }
        return questions
    }

    static func answers(_ storage: JSONFileStorage, to questions: [Question]) async throws -> [[AnyHashableSendable]] {
        var answers: [[AnyHashableSendable]] = []
        for question in questions { answers.append(try await question.ask(storage)) }
        return answers
    }
}

extension Requester {
    fileprivate func author(_ role: Role) -> Author { Author(role: role, identity: identity, name: name, address: address) }
}
