#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What may follow what in an archive, and what has come so far. Exports and restores go through the same one, so that nothing is exported
/// that cannot be restored.
struct ArchiveOrder: Sendable {
    private enum Section: Int {
        case start, tickets, uploads, records, published, end
    }

    /// Why a line is not taken.
    struct Refusal: Error {
        var code: ArchiveError.Code
        var message: String
    }

    private(set) var header: ArchiveHeader?
    private(set) var counts = TransferCounts()
    private var section = Section.start
    private var ticket: Ticket?
    private var lastIndex = 0
    private var isInHistory = false
    /// Files whose message or item has to follow.
    private var files: Set<Blob.ID> = []
    private var blob: Blob?
    private var received = 0
    private var lastUpload: Blob?
    private var lastRecord: DeskRecord.ID?
    private var published = PublishedOrder()

    /// Whether the bytes of the last file or upload have not all come.
    var isInFile: Bool { blob != nil }

    var isFinished: Bool { section == .end }

    var stage: TransferProgress.Stage {
        switch section {
        case .start, .tickets: .tickets
        case .uploads: .uploads
        case .records: .records
        case .published: .published
        case .end: .finished
        }
    }

    /// - Throws: ``Refusal``.
    mutating func admit(_ line: ArchiveLine) throws {
        if case .portal(let header) = line { return try admit(header) }
        guard section != .start else { throw Refusal(code: .notAnArchive, message: "the first line is not a header") }
        if case .unknown(let type) = line {
            guard let header, header.minor > ArchiveHeader.minor else {
                throw Refusal(code: .malformed, message: "this version has no lines of type \(type.prefix(40))")
            }
            return
        }
        if case .bytes(let bytes) = line { return try admit(bytes) }
        guard blob == nil else { throw wrongOrder("bytes of file \(blob?.id.rawValue ?? "") are missing") }
        switch line {
        case .ticket(let ticket): try admit(ticket)
        case .file(let file): try admit(file: file)
        case .message(let message): try admit(message)
        case .event(let event): try admit(event)
        case .upload(let upload): try admit(upload: upload)
        case .record(let record): try admit(record)
        case .announcement, .article, .download:
            if let place = line.publishedPlace { try admit(place) }
        case .end(let trailer):
            try enter(.end)
            guard trailer.counts == counts else { throw Refusal(code: .wrongCounts, message: "records are missing, or too many") }
        case .portal, .bytes, .unknown: break
        }
    }

    private mutating func admit(_ header: ArchiveHeader) throws {
        guard section == .start else { throw wrongOrder("a second header") }
        guard header.format == ArchiveHeader.format else { throw Refusal(code: .notAnArchive, message: "another format") }
        guard (ArchiveHeader.version...ArchiveHeader.publishedVersion).contains(header.version) else {
            throw Refusal(
                code: .unsupportedVersion,
                message: "version \(header.version), and this library knows those up to \(ArchiveHeader.publishedVersion)")
        }
        section = .tickets
        self.header = header
    }

    private mutating func admit(_ next: Ticket) throws {
        try enter(.tickets)
        if let ticket, (ticket.opened.milliseconds, ticket.id) >= (next.opened.milliseconds, next.id) {
            throw wrongOrder("ticket \(next.id) does not come after \(ticket.id)")
        }
        let numbers = [next.messageCount, next.lastIndex, next.lastPublicIndex, next.fileCount, next.reminders]
        guard next.lastActivity >= next.opened, numbers.allSatisfy(Self.isSound), next.lastPublicIndex <= next.lastIndex,
            Self.isSound(next.publicRevision.rawValue)
        else { throw contradiction("ticket \(next.id)") }
        ticket = next
        lastIndex = 0
        isInHistory = false
        counts.tickets += 1
    }

    private mutating func admit(file: Blob) throws {
        if section != .tickets || ticket == nil || isInHistory {
            // Of an item, then.
            guard mayPublish, section.rawValue <= Section.published.rawValue else {
                throw wrongOrder("file \(file.id) is of no message")
            }
            section = .published
            published.admitFile()
        }
        guard files.insert(file.id).inserted else { throw wrongOrder("file \(file.id) comes twice") }
        counts.files += 1
        try begin(file)
    }

    private mutating func admit(_ message: Message) throws {
        guard section == .tickets, let ticket, !isInHistory else { throw wrongOrder("message \(message.id) is of no ticket") }
        guard message.ticket == ticket.id else { throw wrongOrder("message \(message.id) is of another ticket") }
        guard files.isSubset(of: message.attachments.map(\.id)) else {
            throw wrongOrder("a file that message \(message.id) lacks")
        }
        guard message.index > lastIndex else { throw wrongOrder("message \(message.id) does not come after the one before") }
        guard message.index <= ticket.lastIndex, message.attachments.allSatisfy({ Self.isSound($0.size) }) else {
            throw contradiction("message \(message.id)")
        }
        files = []
        lastIndex = message.index
        counts.messages += 1
    }

    private mutating func admit(_ event: ArchivedEvent) throws {
        guard section == .tickets, let ticket, files.isEmpty else { throw wrongOrder("event \(event.id) is of no ticket") }
        guard ticket.id == Ticket.ID(event.subject) else { throw wrongOrder("event \(event.id) is of another ticket") }
        isInHistory = true
        counts.events += 1
    }

    private mutating func admit(upload: Blob) throws {
        try enter(.uploads)
        if let last = lastUpload, (last.created.milliseconds, last.id) >= (upload.created.milliseconds, upload.id) {
            throw wrongOrder("upload \(upload.id) does not come after \(last.id)")
        }
        lastUpload = upload
        counts.uploads += 1
        try begin(upload)
    }

    private mutating func admit(_ record: DeskRecord) throws {
        try enter(.records)
        if let lastRecord, !lastRecord.precedes(record.id) {
            throw wrongOrder("a desk record does not come after the one before")
        }
        lastRecord = record.id
        counts.records += 1
    }

    private var mayPublish: Bool { header?.version == ArchiveHeader.publishedVersion }

    private mutating func admit(_ place: PublishedPlace) throws {
        guard mayPublish else {
            throw Refusal(code: .malformed, message: "an archive of version \(ArchiveHeader.version) has no \(place.kind)")
        }
        if case .item(_, let id, let own) = place.content {
            guard files.isSubset(of: own.map(\.id)) else { throw wrongOrder("a file that \(place.kind) \(id) lacks") }
            guard own.allSatisfy({ Self.isSound($0.size) }) else { throw contradiction("\(place.kind) \(id)") }
            files = []
        }
        try enter(.published)
        guard published.admits(place) else { throw wrongOrder("a line of \(place.kind)s does not come after the one before") }
        counts.add(place)
    }

    private mutating func begin(_ file: Blob) throws {
        guard Self.isSound(file.size) else { throw contradiction("file \(file.id)") }
        received = 0
        blob = file.size == 0 ? nil : file
    }

    private mutating func admit(_ bytes: ArchivedBytes) throws {
        guard let blob else { throw wrongOrder("bytes of no file") }
        guard bytes.offset == received, !bytes.data.isEmpty, bytes.data.count <= blob.size - received else {
            throw wrongOrder("bytes of file \(blob.id) are missing, or too many")
        }
        received += bytes.data.count
        counts.fileBytes += bytes.data.count
        if received == blob.size { self.blob = nil }
    }

    private mutating func enter(_ next: Section) throws {
        guard section.rawValue <= next.rawValue else { throw wrongOrder("a line of a section that is over") }
        guard files.isEmpty else { throw wrongOrder("the message or item of a file is missing") }
        section = next
    }

    /// Whether a count can be gone on from: no negative one, and none that adding to would overflow.
    private static func isSound(_ number: Int) -> Bool { number >= 0 && number < Int.max / 1024 }

    private func wrongOrder(_ message: String) -> Refusal { Refusal(code: .wrongOrder, message: message) }

    private func contradiction(_ what: String) -> Refusal {
        Refusal(code: .inconsistent, message: "\(what) contradicts itself or its ticket")
    }
}

extension DeskRecord.ID {
    /// By the bytes of kind, owner and key.
    fileprivate func precedes(_ other: DeskRecord.ID) -> Bool {
        if !kind.rawValue.hasSameBytes(as: other.kind.rawValue) { return kind.rawValue.precedesByBytes(other.kind.rawValue) }
        if owner != other.owner { return owner < other.owner }
        return key.precedesByBytes(other.key)
    }
}
