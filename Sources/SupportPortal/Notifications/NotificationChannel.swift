/// A way to tell people: mail, chat, push, a spool directory.
///
/// Notices come at least once. The same notice keeps its ``Notice/id`` over all tries, so that a channel can drop repeats. A channel may be
/// called for several notices at once; notices about one subject for one recipient come in order, one at a time.
public protocol NotificationChannel: Sendable {
    /// Names the channel within its portal, today and after every restart: it is part of the key of each delivery.
    var name: String { get }

    /// Whether a recipient is to hear of an event this way; asked once, when it is worked out who hears of the event. `true` unless a
    /// channel says otherwise. A recipient without an address may be passed.
    func reaches(_ recipient: Recipient, with event: PortalEvent) -> Bool

    /// Delivers a notice; done when it returns.
    ///
    /// A thrown ``DeliveryFailure`` says whether another try makes sense; any other error is tried again. Must return or throw within
    /// ``DispatchPolicy/lease``, else somebody else may deliver the same notice meanwhile.
    func deliver(_ notice: Notice) async throws
}

extension NotificationChannel {
    /// Everybody.
    public func reaches(_ recipient: Recipient, with event: PortalEvent) -> Bool { true }
}

/// Something to tell somebody.
public struct Notice: Identifiable, Hashable, Sendable {
    /// The key of the delivery: the same for the same (event, recipient, channel), however often it is tried.
    public let id: QueueItem.ID
    /// What happened.
    public let event: PortalEvent
    /// Who is told.
    public let recipient: Recipient
    /// How many tries have failed before this one.
    public let failures: Int
    /// What it is about.
    public let content: NoticeContent

    /// Makes a notice: the dispatcher does, and tests of channels.
    public init(id: QueueItem.ID, event: PortalEvent, recipient: Recipient, failures: Int = 0, content: NoticeContent) {
        self.id = id
        self.event = event
        self.recipient = recipient
        self.failures = failures
        self.content = content
    }
}

/// What a notice is about: one of these, by section.
public struct NoticeContent: Hashable, Sendable {
    /// The ticket as it stands while the notice is delivered.
    public var ticket: Ticket?
    /// The message that was added, its attachments listed even when their bytes have gone missing.
    public var message: Message?
    /// The name of the ticket's department.
    public var departmentName: SingleLine?

    /// Nothing yet.
    public init() {}
}

/// Why a channel could not deliver.
public struct DeliveryFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whether another try makes no sense: the notice is parked at once.
    public var isPermanent: Bool
    /// For developers.
    public var message: String

    /// Makes a failure.
    public init(_ message: String, isPermanent: Bool = false) {
        self.message = message
        self.isPermanent = isPermanent
    }

    /// The message.
    public var description: String { message }
}
