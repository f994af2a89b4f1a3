#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What time does to a portal: warns of tickets that will be closed, closes them, reminds agents, removes attachments that were kept long
/// enough, and files that belong to nothing: uploads that were never sent, and files of downloads that newer ones have replaced. Run it in a task
/// of the host's, or once now and then.
///
/// Running it twice, or twice at once, does nothing more: what is to be done is decided anew for each ticket from its state at that moment.
public struct Housekeeper: Sendable {
    let desk: TicketDesk?
    let blobs: (any BlobStore)?
    let articles: CatalogFiles<Article>?
    let downloads: CatalogFiles<Download>?
    let environment: PortalEnvironment
    let configuration: PortalConfiguration

    /// Does what is due and returns what was done. A ticket or upload that fails does not keep the others; it is tried again next time.
    /// - Throws: what a store throws when it cannot even be asked what is due; `CancellationError`.
    @discardableResult
    public func runOnce() async throws -> HousekeepingReport {
        var report = HousekeepingReport()
        if let desk {
            try await age(.answered, until: closingHorizon, desk, &report)
            try await age(.open, until: reminderHorizon, desk, &report)
            try await age(.customerReply, until: reminderHorizon, desk, &report)
            try await removeExpiredFiles(desk, &report)
        }
        try await removeLeftOverFiles(&report)
        return report
    }

    /// Does what is due, again and again, until the task is cancelled.
    /// - Parameters:
    ///   - interval: how long to rest between.
    ///   - onError: hears of what a store threw, and of each ticket that failed; work goes on.
    /// - Throws: `CancellationError`, and nothing else.
    public func run(every interval: Duration = .seconds(60), onError: @Sendable (any Error) -> Void) async throws {
        while true {
            try Task.checkCancellation()
            do {
                for failure in try await runOnce().failures { onError(failure.error) }
            } catch {
                try Task.checkCancellation()
                onError(error)
            }
            try await environment.sleep(interval)
        }
    }

    // MARK: Ageing

    /// Tickets that were active later need not be looked at; `nil` where none are closed by themselves.
    private var closingHorizon: Date? {
        let policies = configuration.departments.map { configuration.autoClose(of: $0.id) } + [configuration.tickets.autoClose]
        let spans = policies.compactMap { policy -> Duration? in
            if case .after(let span, let warning) = policy { Swift.max(.zero, span - warning) } else { nil }
        }
        return spans.min().map { environment.date.adding(.zero - $0) }
    }

    private var reminderHorizon: Date? {
        configuration.tickets.reminders.min().map { environment.date.adding(.zero - $0) }
    }

    private func age(
        _ kind: StatusKind, until horizon: Date?, _ desk: TicketDesk, _ report: inout HousekeepingReport
    ) async throws {
        guard let horizon else { return }
        let filter = TicketFilter { $0.statuses = configuration.statuses(of: [kind]) }
        try await each(filter, until: horizon, desk) { ticket in
            try await attempt(ticket, &report) { report in
                switch try await desk.perform(.age, on: ticket.id, by: .system).rule {
                case .closeWarned: report.warned.append(ticket.id)
                case .closedByAge: report.closed.append(ticket.id)
                case .reminded: report.reminded.append(ticket.id)
                default: break
                }
            }
        }
    }

    /// Reads tickets, those that were active longest ago first.
    private func each(
        _ filter: TicketFilter, until horizon: Date, _ desk: TicketDesk, _ body: (Ticket) async throws -> Void
    ) async throws {
        let order = TicketOrder(.activity, ascending: true)
        var query = TicketQuery(in: .everything, filter: filter, order: order, page: PageRequest(limit: 100))
        repeat {
            let page = try await desk.store.tickets(query)
            for ticket in page.items {
                guard ticket.lastActivity <= horizon else { return }
                try Task.checkCancellation()
                try await body(ticket)
            }
            query.page.after = page.next
        } while query.page.after != nil
    }

    private func attempt(
        _ ticket: Ticket, _ report: inout HousekeepingReport, _ body: (inout HousekeepingReport) async throws -> Void
    ) async throws {
        do {
            try await body(&report)
        } catch let error where .notFound ~= error {
            // Somebody removed it meanwhile.
        } catch {
            try Task.checkCancellation()
            report.failures.append(HousekeepingReport.Failure(ticket: ticket.id, error: error))
        }
    }

    // MARK: Files

    private func removeExpiredFiles(_ desk: TicketDesk, _ report: inout HousekeepingReport) async throws {
        guard let lifetime = configuration.tickets.attachmentLifetime else { return }
        let horizon = environment.date.adding(.zero - lifetime)
        let filter = TicketFilter {
            $0.statuses = configuration.statuses(of: [.closed])
            $0.hasFiles = true
        }
        try await each(filter, until: horizon, desk) { ticket in
            try await attempt(ticket, &report) { report in
                report.removedFiles += try await desk.expireFiles(of: ticket.id, closedBefore: horizon)
            }
        }
    }

    private func removeLeftOverFiles(_ report: inout HousekeepingReport) async throws {
        guard let blobs else { return }
        // An hour more than they may wait, for what is being sent just now.
        let horizon = environment.date.adding(.zero - configuration.tickets.uploadLifetime - .seconds(3600))
        var query = BlobQuery(createdBefore: horizon, page: PageRequest(limit: 100))
        repeat {
            let page = try await blobs.blobs(matching: query)
            for id in try await leftOver(among: page.items) {
                try Task.checkCancellation()
                do {
                    try await blobs.delete(id)
                    report.removedUploads += 1
                } catch {
                    try Task.checkCancellation()
                    report.failures.append(HousekeepingReport.Failure(ticket: nil, error: error))
                }
            }
            query.page.after = page.next
        } while query.page.after != nil
    }

    /// Every section knows its own files by their owners; what belongs to none of those that are composed stays.
    private func leftOver(among blobs: [Blob]) async throws -> [Blob.ID] {
        let replaced = environment.date.adding(.zero - configuration.downloads.replacedFileLifetime)
        var left = try await articles?.leftOver(among: blobs, replacedBefore: replaced) ?? []
        left += try await downloads?.leftOver(among: blobs, replacedBefore: replaced) ?? []
        let uploads = blobs.filter(\.isUpload).map(\.id)
        guard let desk, !uploads.isEmpty else { return left }
        let attached = try await desk.store.attachedFiles(among: Set(uploads))
        return left + uploads.filter { !attached.contains($0) }
    }
}

extension Blob {
    /// Whether somebody uploaded it to be sent with a ticket; other sections' files have other owners.
    var isUpload: Bool { ["customer", "agent", "form", "token"].contains(owner.kind) }
}

/// What a housekeeper did.
public struct HousekeepingReport: Sendable {
    /// A ticket or an upload that could not be dealt with.
    public struct Failure: Sendable {
        /// The ticket; `nil` for a file that belongs to nothing.
        public let ticket: Ticket.ID?
        /// Why.
        public let error: any Error
    }

    /// Tickets whose customers were warned.
    public var warned: [Ticket.ID] = []
    /// Tickets that were closed.
    public var closed: [Ticket.ID] = []
    /// Tickets of which agents were reminded.
    public var reminded: [Ticket.ID] = []
    /// How many attachments lost their bytes.
    public var removedFiles = 0
    /// How many files were removed that belonged to nothing: uploads that were never sent, and files that newer ones have replaced.
    public var removedUploads = 0
    /// What failed, and why.
    public var failures: [Failure] = []

    /// Nothing was done.
    public init() {}
}

extension TicketDesk {
    /// Removes the bytes of a closed ticket's attachments, which stay listed.
    /// - Returns: how many.
    func expireFiles(of id: Ticket.ID, closedBefore horizon: Date) async throws -> Int {
        let count = try await retrying { try await listAsRemoved(id, closedBefore: horizon) }
        guard let count else { return 0 }
        // The ticket still counts its files: should this be cut short, the next run finds it again.
        _ = try await delete(try await allMessages(of: id, limit: .max).flatMap(\.attachments).filter { $0.removed != nil })
        try await retrying {
            guard var ticket = try await store.ticket(id, in: .everything) else { return }
            let files = try await allMessages(of: id, limit: .max).flatMap(\.attachments).count { $0.removed == nil }
            guard files != ticket.fileCount else { return }
            ticket.fileCount = files
            _ = try await store.commit(TicketCommit(date: environment.date, tickets: [ticket]))
        }
        return count
    }

    /// - Returns: how many were not listed as removed before; `nil` where it is not time.
    private func listAsRemoved(_ id: Ticket.ID, closedBefore horizon: Date) async throws -> Int? {
        let (ticket, actor) = try await find(id, for: .system)
        guard configuration.kind(of: ticket.status) == .closed, ticket.fileCount > 0,
            ticket.closed ?? ticket.lastActivity <= horizon
        else { return nil }
        let now = environment.date
        var changed: [Message] = []
        var count = 0
        for var message in try await allMessages(of: id, limit: .max) {
            let kept = message.attachments.indices.filter { message.attachments[$0].removed == nil }
            guard !kept.isEmpty else { continue }
            for index in kept { message.attachments[index].removed = now }
            changed.append(message)
            count += kept.count
        }
        guard !changed.isEmpty else { return 0 }
        let decision = TicketDecision(ticket, .filesExpired, .init(.ticketFilesExpired))
        let change = Change(decision, of: ticket, by: actor.author, saying: nil, at: now, environment)
        var commit = change.commit(announces: announces, nil)
        commit.messages = changed
        _ = try await store.commit(commit)
        return count
    }

    /// Deletes files that are listed as removed or were attached to what is gone by now, unless they are attached to something else, too.
    /// - Returns: how many were deleted.
    func delete(_ files: [FileAttachment]) async throws -> Int {
        let ids = Set(files.map(\.id))
        guard let blobs, !ids.isEmpty else { return 0 }
        let left = ids.subtracting(try await store.attachedFiles(among: ids))
        for id in left { try await blobs.delete(id) }
        return left.count
    }
}
