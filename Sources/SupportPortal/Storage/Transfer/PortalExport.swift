import SecureDigest

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The lines of an archive; see ``PortalArchive/export(_:progress:)``. Iterate again to export again.
public struct PortalExport: AsyncSequence, Sendable {
    /// A line of JSON, its LF included.
    public typealias Element = Data

    let storage: any PortalStorage
    let report: @Sendable (TransferProgress) -> Void

    /// Reads line after line.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        private enum Step {
            case header, tickets, uploads, records, published, trailer, done
        }

        private let storage: any PortalStorage
        private let report: @Sendable (TransferProgress) -> Void
        private var step = Step.header
        private var order = ArchiveOrder()
        private var digest = SHA256()
        private var progress = TransferProgress()
        /// The ends of the logs when the export began.
        private var positions: [(store: any EventStore, position: Position)] = []
        private var tickets: PagedItems<Ticket>
        private var messages: PagedItems<Message>?
        private var events: PagedItems<RecordedEvent>?
        private var message: Message?
        private var files: ArraySlice<Blob> = []
        private var uploads: PagedItems<Blob>
        private var kinds = DeskRecord.Kind.known.sorted { $0.rawValue.precedesByBytes($1.rawValue) }[...]
        private var records: PagedItems<DeskRecord>?
        /// Sections that publish something.
        private var sections: ArraySlice<any SectionLines> = []
        /// The file whose bytes come next, and how many have come.
        private var file: (blob: Blob, offset: Int)?

        init(storage: any PortalStorage, report: @escaping @Sendable (TransferProgress) -> Void) {
            self.storage = storage
            self.report = report
            let store = storage.tickets
            tickets = PagedItems(limit: 100) { page in
                let query = TicketQuery(in: .everything, order: TicketOrder(.opened, ascending: true), page: page)
                return try await store?.tickets(query) ?? Page()
            }
            let blobs = storage.blobs
            uploads = PagedItems(limit: 100) { page in
                var found = try await blobs?.blobs(matching: BlobQuery(page: page)) ?? Page()
                var attached = try await store?.attachedFiles(among: Set(found.items.map(\.id))) ?? []
                attached.formUnion(try await storage.announcements?.files(among: found.items) ?? [])
                attached.formUnion(try await storage.articles?.files(among: found.items) ?? [])
                attached.formUnion(try await storage.downloads?.files(among: found.items) ?? [])
                found.items.removeAll { attached.contains($0.id) }
                return found
            }
        }

        /// The next line, or `nil` after the last one or an error.
        /// - Throws: ``ArchiveError/Code/changedMeanwhile``, ``ArchiveError/Code/inconsistent``; what a store throws; `CancellationError`.
        public mutating func next() async throws -> Data? {
            let step = self.step
            // Whatever is thrown, the stream is over; success puts the step back.
            self.step = .done
            guard step != .done else { return nil }
            var next = step
            let line = try await nextLine(&next)
            let data: Data
            do {
                data = try emit(line)
            } catch {
                // What contradicts itself may be of two moments.
                try await refuseChanges()
                throw error
            }
            self.step = next
            return data
        }

        private mutating func nextLine(_ step: inout Step) async throws -> ArchiveLine {
            while true {
                try Task.checkCancellation()
                if let bytes = try await nextBytes() { return .bytes(bytes) }
                if let blob = files.popFirst() {
                    file = (blob, 0)
                    return .file(blob)
                }
                switch step {
                case .header:
                    step = .tickets
                    return .portal(try await header())
                case .tickets:
                    if let line = try await nextOfTicket() { return line }
                    try await refuseChanges()
                    if let ticket = try await tickets.next() { return begin(ticket) }
                    step = .uploads
                case .uploads:
                    if let blob = try await uploads.next() {
                        file = (blob, 0)
                        return .upload(blob)
                    }
                    step = .records
                case .records:
                    if let record = try await records?.next() { return .record(record) }
                    records = nextRecords()
                    if records == nil { step = .published }
                case .published:
                    guard var section = sections.first else {
                        step = .trailer
                        continue
                    }
                    let line = try await section.next()
                    sections[sections.startIndex] = section
                    guard let line else {
                        sections.removeFirst()
                        continue
                    }
                    if case .file(let blob) = line { file = (blob, 0) } else { try await refuseChanges() }
                    return line
                case .trailer, .done:
                    step = .done
                    try await refuseChanges()
                    let digest = self.digest
                    return .end(
                        ArchiveTrailer(
                            counts: order.counts, lines: progress.lines, sha256: digest.finalize().hexadecimal))
                }
            }
        }

        private mutating func emit(_ line: ArchiveLine) throws -> Data {
            do {
                try order.admit(line)
            } catch let refusal as ArchiveOrder.Refusal {
                // What a store hands out in a wrong order, or twice, is its mistake, too.
                throw ArchiveError(.inconsistent, refusal.message, line: progress.lines + 1)
            }
            let data: Data
            do {
                data = try ArchiveCoding.encode(line)
            } catch is EncodingError {
                throw ArchiveError(.inconsistent, "a record holds what JSON cannot", line: progress.lines + 1)
            }
            digest.update(data)
            progress.stage = order.stage
            progress.counts = order.counts
            progress.lines += 1
            progress.bytes += data.count
            report(progress)
            return data
        }

        private mutating func header() async throws -> ArchiveHeader {
            var header = ArchiveHeader()
            for store in [storage.tickets, storage.announcements, storage.articles, storage.downloads] as [(any EventStore)?] {
                if let store { positions.append((store, try await store.changes(ChangeQuery(since: nil)).position)) }
            }
            let found: [(any SectionLines)?] = [
                try await SectionExport(storage.announcements, storage.blobs) { .announcement($0) },
                try await SectionExport(storage.articles, storage.blobs) { .article($0) },
                try await SectionExport(storage.downloads, storage.blobs) { .download($0) },
            ]
            sections = found.compactMap(\.self)[...]
            if !sections.isEmpty { header.version = ArchiveHeader.publishedVersion }
            if let store = storage.tickets {
                header.tickets = try await store.counts(TicketFilter(), in: .everything).values.reduce(0, +)
                progress.ticketTotal = header.tickets
            }
            return header
        }

        /// - Throws: ``ArchiveError/Code/changedMeanwhile``.
        private func refuseChanges() async throws {
            for (store, position) in positions {
                guard try await store.changes(ChangeQuery(since: nil)).position == position else {
                    throw ArchiveError(.changedMeanwhile, "something was changed while the portal was exported")
                }
            }
        }

        // MARK: Tickets

        private mutating func begin(_ ticket: Ticket) -> ArchiveLine {
            if let store = storage.tickets {
                messages = PagedItems(limit: 50) { page in
                    try await store.messages(MessageQuery(ticket: ticket.id, includesInternal: true, page: page))
                }
                events = PagedItems(limit: 100) { page in try await store.history(HistoryQuery(ticket: ticket.id, page: page)) }
            }
            return .ticket(ticket)
        }

        /// The next line of the ticket whose line came last, its files aside.
        private mutating func nextOfTicket() async throws -> ArchiveLine? {
            if let message {
                self.message = nil
                return .message(message)
            }
            if let next = try await messages?.next() {
                files = try await storage.blobs?.stored(among: next.attachments) ?? []
                guard let first = files.popFirst() else { return .message(next) }
                message = next
                file = (first, 0)
                return .file(first)
            }
            return try await events?.next().map { .event(ArchivedEvent($0.event)) }
        }

        private mutating func nextBytes() async throws -> ArchivedBytes? {
            guard let (blob, offset) = file else { return nil }
            guard offset < blob.size else {
                file = nil
                return nil
            }
            let end = Swift.min(blob.size, offset + ArchivedBytes.longest)
            guard let data = try await storage.blobs?.read(blob.id, in: offset..<end), data.count == end - offset else {
                throw ArchiveError(.changedMeanwhile, "the bytes of blob \(blob.id) have gone")
            }
            file = (blob, end)
            return ArchivedBytes(offset: offset, data: data)
        }

        // MARK: Desk records

        private mutating func nextRecords() -> PagedItems<DeskRecord>? {
            guard let store = storage.tickets, let kind = kinds.popFirst() else { return nil }
            return PagedItems(limit: 100) { page in try await store.records(DeskRecordQuery(kind, page: page)) }
        }
    }

    /// Begins with the header.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(storage: storage, report: report) }
}
