#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A restore under way: what a reader hands out goes to the stores.
struct PortalRestore {
    let reader: ArchiveReader
    let storage: any PortalStorage
    let options: RestoreOptions
    private var skipped = TransferCounts()
    private var ticket: TicketRestore?
    private var records: [DeskRecord] = []
    private var recordsSize = 0
    private var section: (any PublishedRestore)?

    init(reader: ArchiveReader, storage: any PortalStorage, options: RestoreOptions) {
        self.reader = reader
        self.storage = storage
        self.options = options
    }

    mutating func run() async throws -> TransferSummary {
        // The header, or an error.
        guard let first = try await reader.next(), case .portal(let header) = first.content else { return TransferSummary() }
        if header.tickets > 0 { _ = try ticketStore(line: first.number) }
        if !options.allowsExisting { try await refuseUnlessEmpty() }
        while let line = try await reader.next() {
            switch line.content {
            case .ticket(let next):
                try await endTicket()
                ticket = try await TicketRestore(
                    next, line: line, store: ticketStore(line: line.number), mayExist: options.allowsExisting)
            case .message(let message): try await ticket?.add(message, line)
            case .event(let event): try await ticket?.add(event.event, line)
            case .file(let blob):
                if try await store(blob, line) { skipped.files += 1 }
            case .upload(let blob):
                try await endTicket()
                if try await store(blob, line) { skipped.uploads += 1 }
            case .record(let record):
                try await endTicket()
                try await add(record, line)
            case .end:
                try await endTicket()
                try await flushRecords(line.number)
                try await endSection()
            case .announcement(let published): try await add(published, to: storage.announcements, line)
            case .article(let published): try await add(published, to: storage.articles, line)
            case .download(let published): try await add(published, to: storage.downloads, line)
            case .portal, .bytes, .unknown: break
            }
        }
        var summary = await reader.result
        summary.skipped = skipped
        return summary
    }

    private func ticketStore(line: Int) throws -> any TicketStore {
        guard let store = storage.tickets else { throw ArchiveError(.missingStore, "there is no ticket store", line: line) }
        return store
    }

    private func refuseUnlessEmpty() async throws {
        let one = PageRequest(limit: 1)
        var isEmpty = try await storage.blobs?.blobs(matching: BlobQuery(page: one)).items.isEmpty ?? true
        if let store = storage.tickets {
            isEmpty = try await store.tickets(TicketQuery(in: .everything, page: one)).items.isEmpty && isEmpty
            for kind in DeskRecord.Kind.known where isEmpty {
                isEmpty = try await store.records(DeskRecordQuery(kind, page: one)).items.isEmpty
            }
        }
        if isEmpty { isEmpty = try await storage.announcements?.isEmpty ?? true }
        if isEmpty { isEmpty = try await storage.articles?.isEmpty ?? true }
        if isEmpty { isEmpty = try await storage.downloads?.isEmpty ?? true }
        guard isEmpty else { throw ArchiveError(.notEmpty, "the storage holds tickets, files or something else already") }
    }

    private mutating func endTicket() async throws {
        guard var ticket else { return }
        self.ticket = nil
        try await ticket.end()
        skipped.tickets += ticket.skipped.tickets
        skipped.messages += ticket.skipped.messages
        skipped.events += ticket.skipped.events
    }

    // MARK: What is published

    private mutating func add<Item>(
        _ published: PublishedLine<Item>, to store: (any CatalogStore<Item>)?, _ line: ArchiveReader.Line
    ) async throws {
        try await endTicket()
        try await flushRecords(line.number)
        guard let store else {
            throw ArchiveError(.missingStore, "there is no store for \(Item.kindName)s", line: line.number)
        }
        if section as? SectionRestore<Item> == nil {
            try await endSection()
            section = SectionRestore(store, mayExist: options.allowsExisting)
        }
        guard var section = section as? SectionRestore<Item> else { return }
        try await section.add(published, line)
        self.section = section
    }

    private mutating func endSection() async throws {
        guard var section else { return }
        self.section = nil
        try await section.end()
        let found = section.skipped
        skipped.announcements += found.announcements
        skipped.articles += found.articles
        skipped.downloads += found.downloads
        skipped.categories += found.categories
        skipped.versions += found.versions
        skipped.votes += found.votes
    }

    // MARK: Files

    /// - Returns: whether it was there already.
    private mutating func store(_ blob: Blob, _ line: ArchiveReader.Line) async throws -> Bool {
        guard let blobs = storage.blobs else {
            throw ArchiveError(.missingStore, "there is no store for files", line: line.number)
        }
        if let stored = try await blobs.blobs([blob.id]).first {
            try await compare(stored, blob, blobs, line)
            skipped.fileBytes += blob.size
            return true
        }
        try await blobs.write(blob, from: ArchivedFile(reader: reader))
        guard await !reader.isInFile else {
            throw ArchiveError(.inconsistent, "the store did not read file \(blob.id) to its end", line: line.number)
        }
        return false
    }

    private func compare(_ stored: Blob, _ blob: Blob, _ blobs: any BlobStore, _ line: ArchiveReader.Line) async throws {
        let difference = ArchiveError(.differs, "another file is stored as \(blob.id)", line: line.number)
        guard stored == blob else { throw difference }
        var offset = 0
        while let bytes = try await reader.nextBytes() {
            guard try await blobs.read(blob.id, in: offset..<offset + bytes.count) == bytes else { throw difference }
            offset += bytes.count
        }
    }

    // MARK: Desk records

    private mutating func add(_ record: DeskRecord, _ line: ArchiveReader.Line) async throws {
        if options.allowsExisting {
            let query = DeskRecordQuery(
                record.id.kind, of: [record.id.owner], keys: [record.id.key], page: PageRequest(limit: 1))
            if let stored = try await ticketStore(line: line.number).records(query).items.first {
                guard stored.unsaved == record else {
                    throw ArchiveError(.differs, "another \(record.id.kind.rawValue) is stored for its owner", line: line.number)
                }
                skipped.records += 1
                return
            }
        }
        records.append(record)
        recordsSize += line.size
        if records.count >= 100 || recordsSize >= TicketRestore.largestCommit { try await flushRecords(line.number) }
    }

    private mutating func flushRecords(_ line: Int) async throws {
        guard let last = records.last else { return }
        let commit = TicketCommit(
            date: last.date, announces: false, records: records.map { .put($0, expecting: .unsaved) })
        records = []
        recordsSize = 0
        try await ticketStore(line: line).restore(commit, line: line)
    }
}

extension CatalogStore {
    /// Whether nothing is published.
    fileprivate var isEmpty: Bool {
        get async throws {
            guard try await items(CatalogQuery(in: .everything, page: PageRequest(limit: 1))).items.isEmpty else { return false }
            return try await categories().isEmpty
        }
    }
}

extension TicketStore {
    /// Commits; says of a conflict that something else is stored, and in which line it is.
    func restore(_ commit: TicketCommit, line: Int) async throws {
        do {
            _ = try await self.commit(commit)
        } catch let error as StorageError where error.code == .conflict || error.code == .duplicateNumber {
            throw ArchiveError(.differs, error.message, line: line)
        }
    }
}
