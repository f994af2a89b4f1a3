import Foundation
import SupportPortal
import SupportPortalTesting

// What is asked of both storages.
extension RandomWork {
    mutating func page() -> PageRequest { PageRequest(limit: happens(5) ? number(-1..<1) : number(1..<12)) }

    /// One question of chance.
    mutating func read() async throws {
        let date = date
        switch number(0..<14) {
        case 0: try await readPage(number(1..<9))
        case 1:
            let (filter, scope) = (try await filter(), scope())
            try await pair.tickets("counts \(filter) \(scope)") { try await $0.counts(filter, in: scope) }
        case 2: if let id = one(everSeen) { try await readMessages(of: id, number(1..<4)) }
        case 3: if let id = one(everSeen) { try await readHistory(of: id, number(1..<4)) }
        case 4: try await readRecords(number(1..<5))
        case 5: try await readChanges(since: one(positions))
        case 6: try await readParked()
        case 7:
            var numbers: Set<TicketNumber> = [TicketNumber(rawValue: odd())]
            for _ in 0..<4 { if let id = one(everSeen), let ticket = try await stored(id) { numbers.insert(ticket.number) } }
            let asked = numbers
            try await pair.tickets("numbers \(asked)") { try await $0.takenNumbers(among: asked) }
        case 8:
            guard let key = one(submissionKeys) else { return }
            try await pair.tickets("submission \(key)") { try await $0.submission(key, at: date) }
        case 9:
            let asked = Set((0..<6).compactMap { _ in one(blobs) })
            try await pair.tickets("attached \(asked)") { try await $0.attachedFiles(among: asked) }
            try await pair.blobs("blobs \(asked)") { Set(try await $0.blobs(asked)) }
        case 10: try await readBlobs(number(1..<5))
        case 11:
            guard let id = one(blobs) else { return }
            let low = number(-1..<40)
            let range = low..<(low + number(0..<60))
            try await pair.blobs("read \(id) \(range)") { try await $0.read(id, in: range) }
        case 12:
            guard let id = one(everSeen) else { return }
            let scope = scope()
            try await pair.tickets("ticket \(id) \(scope)") { try await $0.ticket(id, in: scope) }
        default: if happens(15) { try await search() }
        }
    }

    mutating func readPage(_ size: Int) async throws {
        let order = TicketOrder(TicketOrder.Key.allCases[number(0..<TicketOrder.Key.allCases.count)], ascending: happens(50))
        var query = TicketQuery(in: scope(), filter: try await filter(), order: order)
        if happens(70) {
            query.page = page()
            let asked = query
            let first = try await pair.tickets("tickets \(asked)") { try await $0.tickets(asked) }
            guard let after = first?.next else { return }
            query.page.after = after
            let next = query
            try await pair.tickets("tickets \(next)") { try await $0.tickets(next) }
        } else {
            let asked = query
            try await pair.pages("tickets \(asked)", of: size * 5) { storage, page in
                var query = asked
                query.page = page
                return try await storage.tickets?.tickets(query) ?? Page()
            }
        }
    }

    mutating func readMessages(of id: Ticket.ID, _ size: Int) async throws {
        var query = MessageQuery(ticket: id, includesInternal: happens(50), ascending: happens(50))
        if happens(20) { query.since = Self.date(now - 50_000) }
        if happens(20) { query.message = one(messages.keys.sorted()) }
        let asked = query
        try await pair.pages("messages \(asked)", of: size) { storage, page in
            var query = asked
            query.page = page
            return try await storage.tickets?.messages(query) ?? Page()
        }
    }

    mutating func readHistory(of id: Ticket.ID, _ size: Int) async throws {
        let asked = HistoryQuery(ticket: id, ascending: happens(50))
        try await pair.pages("history \(asked)", of: size) { storage, page in
            var query = asked
            query.page = page
            return try await storage.tickets?.history(query) ?? Page()
        }
    }

    mutating func readRecords(_ size: Int) async throws {
        var query = DeskRecordQuery(one(deskIDs)?.kind ?? .draft)
        if happens(50) { query.owners = Set((0..<3).map { _ in key() } + [one(deskIDs)?.owner].compactMap(\.self)) }
        if happens(50) { query.keys = Set(["", odd()] + [one(deskIDs)?.key].compactMap(\.self)) }
        let asked = query
        try await pair.pages("records \(asked)", of: size) { storage, page in
            var query = asked
            query.page = page
            return try await storage.tickets?.records(query) ?? Page()
        }
    }

    mutating func readBlobs(_ size: Int) async throws {
        let query = BlobQuery(
            owner: happens(50) ? key() : nil, createdBefore: happens(50) ? Self.date(now - Int64(number(0..<100_000))) : nil)
        try await pair.pages("blobs \(query)", of: size) { storage, page in
            var query = query
            query.page = page
            return try await storage.blobs?.blobs(matching: query) ?? Page()
        }
    }

    mutating func search() async throws {
        let search = TicketSearch(
            SearchText(text()), in: scope(), filter: try await filter(), includesInternal: happens(50), page: page())
        let first = try await pair.tickets("search \(search)") { try await $0.search(search) }
        guard let after = first?.next else { return }
        var next = search
        next.page.after = after
        let asked = next
        try await pair.tickets("search \(asked)") { try await $0.search(asked) }
    }

    /// Everything that can be asked for.
    mutating func readAll() async throws {
        for key in TicketOrder.Key.allCases {
            let order = TicketOrder(key, ascending: happens(50))
            try await pair.pages("tickets \(order)", of: 50) { storage, page in
                try await storage.tickets?.tickets(TicketQuery(in: .everything, order: order, page: page)) ?? Page()
            }
        }
        for id in everSeen {
            try await readMessages(of: id, 20)
            try await readHistory(of: id, 20)
        }
        try await pair.tickets("changes") { store in
            try await store.changes(ChangeQuery(since: .start, limit: 1_000_000)).events
        }
        for kind in Set(deskIDs.map(\.kind)) {
            try await pair.pages("records", of: 30) { try await $0.tickets?.records(DeskRecordQuery(kind, page: $1)) ?? Page() }
        }
        try await pair.pages("parked", of: 30) { try await $0.tickets?.parked($1) ?? Page() }
        try await pair.pages("blobs", of: 30) { try await $0.blobs?.blobs(matching: BlobQuery(page: $1)) ?? Page() }
        for id in Set(blobs) {
            guard let size = try await pair.memory.blobStore.blobs([id]).first?.size else { continue }
            try await pair.blobs("read \(id)") { try await $0.read(id, in: 0..<size) }
        }
        let files = Set(blobs)
        try await pair.tickets("attached") { try await $0.attachedFiles(among: files) }
    }
}
