#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a section knows about its events: who hears of one, and what there is to tell.
protocol NoticeSource: Sendable {
    /// The store whose queue is worked off.
    var events: any EventStore { get }

    /// Who hears of an event, from the state of this moment; each person once.
    func recipients(of event: PortalEvent) async throws -> [Recipient]

    /// What to tell a recipient of an event now; `nil` when there is nothing left to tell, or the recipient may not hear of it any more.
    func content(of event: PortalEvent, for recipient: Recipient) async throws -> NoticeContent?
}

/// Tells people what happened: claims events from the stores' queues, expands each to deliveries, hands these to the channels, and
/// tries again what failed. Several may run on one storage.
///
/// A delivery is made at least once, always under the same key; what is acknowledged is never tried again, after a restart neither.
public struct Dispatcher: Sendable {
    let sources: [any NoticeSource]
    let channels: [any NotificationChannel]
    let policy: DispatchPolicy
    let environment: PortalEnvironment

    /// Works until nothing is due any more, then returns what was done. What failed waits for its next try.
    /// - Throws: what a store throws, after the queues of the other stores were worked off; ``PortalError/Code/duplicateChannelName``;
    ///   `CancellationError`.
    @discardableResult
    public func drain() async throws -> DispatchReport {
        var report = DispatchReport()
        // Where others deliver, nothing is to be taken from them.
        if channels.isEmpty, policy.place == .elsewhere { return report }
        guard Set(channels.map(\.name)).count == channels.count else {
            throw PortalError(.duplicateChannelName, "two channels have one name: their deliveries could not be told apart")
        }
        var failure: (any Error)?
        for source in sources {
            do {
                try await drain(source, &report)
            } catch {
                try Task.checkCancellation()
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return report
    }

    /// Works until the task is cancelled, woken by the stores where they can, else looking every ``DispatchPolicy/idle``. To be run in a task
    /// that the host owns.
    ///
    /// Parameter `onError`: hears of what a store threw; work goes on after a rest.
    /// - Throws: `CancellationError`, and nothing else.
    public func run(onError: @Sendable (any Error) -> Void) async throws {
        while true {
            try Task.checkCancellation()
            let positions = await ends(onError)
            do {
                try await drain()
            } catch {
                try Task.checkCancellation()
                onError(error)
                try await environment.sleep(policy.idle)
                continue
            }
            do {
                try await rest(positions)
            } catch {
                try Task.checkCancellation()
                onError(error)
                try await environment.sleep(policy.idle)
            }
        }
    }

    /// What was given up, of all sections; oldest first within each.
    ///
    /// Parameter `limit`: the most items of each section.
    public func parked(limit: Int = 100) async throws -> [QueueItem] {
        var items: [QueueItem] = []
        for source in sources {
            items += try await collectPages(limit: limit) { try await source.events.parked($0) }
        }
        return items
    }

    /// Lets a parked item be tried again, at once and from the start.
    public func retry(_ id: QueueItem.ID) async throws {
        for source in sources { try await source.events.unpark(id, at: environment.date) }
    }

    // MARK: Work

    private func drain(_ source: any NoticeSource, _ report: inout DispatchReport) async throws {
        while true {
            try Task.checkCancellation()
            let now = environment.date
            let lease = environment.makeID()
            let items = try await source.events.claim(
                QueueClaim(limit: Swift.max(1, policy.concurrency), now: now, leaseEnd: now.adding(policy.lease), lease: lease))
            guard !items.isEmpty else { return }
            try await withThrowingTaskGroup(of: DispatchReport.self) { group in
                for item in items { group.addTask { try await work(on: item, lease: lease, of: source) } }
                for try await done in group { report.add(done) }
            }
        }
    }

    private func work(on item: QueueItem, lease: String, of source: any NoticeSource) async throws -> DispatchReport {
        var settlement = Settlement(item: item.id, lease: lease, outcome: .done)
        var report = DispatchReport()
        do {
            if let delivery = item.delivery {
                if try await deliver(item, delivery, of: source) { report.delivered = 1 } else { report.dropped = 1 }
            } else {
                settlement.adding = try await expand(item.event, of: source)
                report.expanded = 1
            }
        } catch {
            try Task.checkCancellation()
            settlement.outcome = outcome(of: error, for: item)
            if case .parked = settlement.outcome { report.parked = 1 } else { report.retried = 1 }
        }
        do {
            try await source.events.settle(settlement)
        } catch let error as StorageError where error.code == .leaseLost {
            // Somebody else has it now and tells the same under the same key.
            var lost = DispatchReport()
            lost.lost = 1
            return lost
        }
        return report
    }

    private func expand(_ event: PortalEvent, of source: any NoticeSource) async throws -> [Delivery] {
        let recipients = try await source.recipients(of: event)
        return recipients.flatMap { recipient in
            channels.filter { $0.reaches(recipient, with: event) }.map { Delivery(channel: $0.name, recipient: recipient) }
        }
    }

    /// Whether the recipient was told; `false` where there is nothing to tell any more.
    private func deliver(_ item: QueueItem, _ delivery: Delivery, of source: any NoticeSource) async throws -> Bool {
        guard let content = try await source.content(of: item.event, for: delivery.recipient) else { return false }
        guard let channel = channels.first(where: { $0.name == delivery.channel }) else {
            throw DeliveryFailure("this portal has no channel named \(delivery.channel)")
        }
        try await channel.deliver(
            Notice(id: item.id, event: item.event, recipient: delivery.recipient, failures: item.failures, content: content))
        return true
    }

    private func outcome(of error: any Error, for item: QueueItem) -> Settlement.Outcome {
        let failure = String(describing: error)
        let failures = item.failures + 1
        let isPermanent = (error as? DeliveryFailure)?.isPermanent ?? false
        guard !isPermanent, failures < policy.attempts else { return .parked(failure: failure) }
        let wait = policy.wait(afterFailures: failures, random: environment.random())
        return .retry(at: environment.date.adding(wait), failure: failure)
    }

    // MARK: Rest

    /// Where the logs end, asked before the work so that nothing that comes during it is slept over.
    private func ends(_ onError: @Sendable (any Error) -> Void) async -> [(any ChangeSignalling, Position)] {
        var ends: [(any ChangeSignalling, Position)] = []
        for case let store as any ChangeSignalling in sources.map(\.events) {
            do {
                ends.append((store, try await store.changes(ChangeQuery(since: nil)).position))
            } catch {
                onError(error)
            }
        }
        return ends
    }

    private func rest(_ ends: [(any ChangeSignalling, Position)]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await environment.sleep(policy.idle) }
            for (store, position) in ends { group.addTask { try await store.waitForChange(after: position) } }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// What a dispatcher did.
public struct DispatchReport: Hashable, Sendable {
    /// Events whose recipients were worked out.
    public var expanded = 0
    /// Notices that a channel took.
    public var delivered = 0
    /// Notices that were dropped, as the recipient lost access or the subject is gone.
    public var dropped = 0
    /// Failures that wait for another try.
    public var retried = 0
    /// Failures that were given up.
    public var parked = 0
    /// Items that took longer than their lease: somebody else has them.
    public var lost = 0

    /// Nothing was done.
    public init() {}

    mutating func add(_ other: DispatchReport) {
        expanded += other.expanded
        delivered += other.delivered
        dropped += other.dropped
        retried += other.retried
        parked += other.parked
        lost += other.lost
    }
}
